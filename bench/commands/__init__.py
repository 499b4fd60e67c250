"""The commands of `bench`, one file each, ending in `plugin`: parse, call, show."""

from collections.abc import Callable, Mapping

from bench.registry import Registry

# Each with the first line of its help, so that `bench --help` imports none of them.
SUMMARIES: Mapping[str, str] = {
    "run": "Measure speed and accuracy of models on targets.",
    "plan": "Plan a measurement that several machines share; nothing is measured.",
    "merge": "Show the reports of several machines as one, and where they agree.",
    "fleet": "Show how far a run on many nodes is, and what its nodes have in hand.",
    "compare": "Compare two contenders: models, targets, batches or saved reports.",
    "tune": "Find the configuration to ship: target, threads, number format, options.",
    "report": "Show saved reports, one or several side by side, in any format.",
    "history": "Show the runs that `bench run --history` kept, and where their speed changed.",
    "gate": "Check a saved report against another or the history; exit 5 or 4.",
    "profile": "Show what each kernel of a call takes, and which nodes of the file it runs.",
    "selftest": "Measure how often verdicts are wrong here: a network against itself.",
    "validate": "Count right answers of avg and max on every usable provider.",
    "models": "List the bundled networks and the .onnx files of this folder.",
    "targets": "List what can run here, and why the rest cannot.",
    "info": "Show what a model is, what it holds and what each operator costs.",
    "doctor": "Show what can run here, why the rest cannot, and what disturbs measurements.",
    "bisect": "Find the first release of a package that is slower, or answers otherwise.",
    "environments": "Show or remove the environments that --with made, kept for the next run.",
    "train": "Train avg, max or both; Ctrl-C keeps the last complete epoch.",
    "export": "Export networks to ONNX, and compare the files with PyTorch.",
}

# Commands import inside their functions what they call and show: numpy, rows and views take longer
# to import than `bench run --help` takes to print. Options and delivery need none of it.
COMMANDS: Registry[Callable[..., None]] = Registry("bench.commands", "command", tuple(SUMMARIES))
