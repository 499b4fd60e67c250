"""Everything that changes during a run, from memory to disk and back."""

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from train import checkpoint, outcome
from train.average import WeightAverage
from train.errors import TrainError
from train.recipes import Run
from train.record import EpochResult, RunFiles, save_log


@dataclass
class TrainingState:
    """The network, its average, its optimisers and the epochs so far, on a device."""

    run: Run
    images: int  # to train on
    device: torch.device
    precision: torch.dtype
    network: nn.Sequential
    average: WeightAverage
    optimisers: list[Optimizer]
    history: tuple[EpochResult, ...] = ()

    def save(self, files: RunFiles, result: EpochResult, tested: outcome.Score | None) -> None:
        """Add an epoch to all files; the last one, if it was tested, makes an outcome.

        The checkpoint comes last: if something happens before, resuming repeats the epoch.
        """
        history = (*self.history, result)
        tensors = checkpoint.module_tensors("network", self.network)
        tensors |= checkpoint.module_tensors("average", self.average.network)
        for number, optimiser in enumerate(self.optimisers):
            tensors |= checkpoint.optimiser_tensors(f"optimiser{number}", optimiser)
        facts = {"run": self._identity(), "history": [asdict(each) for each in history]}
        checkpoint.save(files.weights, self.average.network.state_dict(), self._facts(result))
        save_log(files.log, history)
        if tested and result.epoch == self.run.epochs:
            outcome.save(files.outcome, self._outcome(history, tested))
        else:
            files.outcome.unlink(missing_ok=True)  # of an earlier run in this folder
        checkpoint.save(files.checkpoint, tensors, facts)
        self.history = history

    def restore(self, files: RunFiles) -> None:
        """Go back to the end of the last epoch that was saved.

        Raises TrainError of kind "checkpoint" where there is none or it belongs to another run.
        """
        tensors, facts = checkpoint.load(files.checkpoint)
        for what, ours in self._identity().items():
            theirs = facts.get("run", {}).get(what)
            if theirs != ours:
                raise TrainError(
                    f"the checkpoint {files.checkpoint} belongs to another run:"
                    f" its {what} is {theirs}, not {ours}",
                    "ask for the same run again, or start again without resuming",
                    "checkpoint",
                )
        checkpoint.restore_module("network", self.network, tensors)
        checkpoint.restore_module("average", self.average.network, tensors)
        for number, optimiser in enumerate(self.optimisers):
            checkpoint.restore_optimiser(f"optimiser{number}", optimiser, tensors)
        self.history = tuple(EpochResult(**each) for each in facts["history"])

    def _identity(self) -> dict[str, Any]:
        """What must be equal for a run to go on; the device may change."""
        choices = asdict(self.run.recipe)
        named = {"recipe": choices.pop("name")}
        asked = {"seed": self.run.seed, "epochs": self.run.epochs, "images": self.images}
        return named | choices | asked

    def _outcome(self, history: tuple[EpochResult, ...], tested: outcome.Score) -> outcome.Outcome:
        return outcome.Outcome(
            **self._trained(),
            epochs=len(history),
            images=self.images,
            counts=tested.counts,
            loss=tested.loss,
            mistakes=tested.mistakes,
            history=history,
        )

    def _facts(self, result: EpochResult) -> dict[str, Any]:
        """What someone who finds the weights wants to know."""
        return self._trained() | {
            "epochs": result.epoch,
            "planned_epochs": self.run.epochs,
            "accuracy": result.test_accuracy,
        }

    def _trained(self) -> dict[str, Any]:
        """What was trained, and with what."""
        return {
            "network": self.run.recipe.network,
            "recipe": self.run.recipe.name,
            "seed": self.run.seed,
            "device": self.device.type,
            "threads": torch.get_num_threads(),
            "precision": str(self.precision).removeprefix("torch."),
            "torch": torch.__version__,
        }
