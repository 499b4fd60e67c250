"""Simulates rounds that follow the variance, and prints what that saves and what it flags.

    python studies/allocation.py [--trials 2000]

An A/A pair is measured by the default effort in machines whose processes and rounds differ by
known amounts: always with the most rounds, or with as many as bench.engine.allocation chooses
after each replicate. Seconds are those of the pair: opening it, and its rounds. Then pairs that
differ by 0.2 % and 0.1 % are measured until their interval is 0.6 of that to either side.
"""

import argparse
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.domain.effort import DEFAULT, UNCAPPED, Effort
from bench.engine.allocation import rounds_for
from bench.engine.stopping import enough
from bench.statistics.replicates import estimate_logs
from bench.statistics.verdict import flagged

# Seconds of a pair on two CPUs: two fresh processes, which import side by side and warm up one
# after the other, and two slots of 5 ms with what surrounds them.
OPENING, ROUND = 0.85, 0.015
NARROW = 0.6  # of a difference, the half-width that finds it in nine of ten runs


@dataclass(frozen=True, slots=True)
class World:
    """Standard deviations of a pair's log-ratios: of processes, and of rounds.

    Of the rounds a share is `hit` by a neighbour, and off by ten times as much.
    """

    name: str
    processes: float
    rounds: float
    hit: float = 0.0

    def replicate(self, generator: np.random.Generator, count: int) -> NDArray[np.float64]:
        """The log-ratios of a replicate of so many rounds, of rows that do not differ."""
        scale = np.where(generator.random(count) < self.hit, 10, 1) * self.rounds
        return generator.normal(0, self.processes) + generator.normal(0, 1, count) * scale


WORLDS = (
    World("processes alike", 0.0, 0.02),
    World("quiet", 0.0025, 0.01),
    World("processes differ", 0.012, 0.01),
    World("neighbours", 0.003, 0.01, hit=0.1),
    # The published spreads: 0.21 % with up to 24 rounds, 0.19 and 0.27 % with up to 48.
    World("as published", 0.002, 0.004),
)


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended: whether it flagged the pair, what it took, and its rounds by replicate."""

    flagged: bool
    seconds: float
    rounds: tuple[int, ...]


def run(
    world: World,
    adaptive: bool,
    generator: np.random.Generator,
    effort: Effort = DEFAULT,
    planted: float = 0.0,
) -> Run:
    """Measure one pair, the second slower by what is planted, until the effort has enough."""
    measured: list[NDArray[np.float64]] = []
    ratios = []
    while not enough(effort, len(measured), ratios):
        pairs = [measured] if measured else []
        count = rounds_for(effort.rounds, OPENING, ROUND, pairs) if adaptive else effort.rounds
        measured.append(np.log1p(planted) + world.replicate(generator, count))
        ratios = [estimate_logs(measured)]
    rounds = tuple(len(values) for values in measured)
    return Run(flagged(ratios[0]), len(rounds) * OPENING + sum(rounds) * ROUND, rounds)


def main() -> None:
    """Print a line for each world."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=2000)
    trials = parser.parse_args().trials
    print_allocations(trials)
    print_narrow(trials)


def print_allocations(trials: int) -> None:
    """What rounds by variance save, and what they flag."""
    print("| machine | rounds | A/A flagged | replicates | rounds each | seconds |")
    print("|" + " --- |" * 6)
    for world in WORLDS:
        for adaptive in (False, True):
            generator = np.random.default_rng(1)
            runs = [run(world, adaptive, generator) for _ in range(trials)]
            print(
                f"| {world.name} | {'by variance' if adaptive else 'always the most'}"
                f" | {np.mean([each.flagged for each in runs]):.1%}"
                f" | {np.mean([len(each.rounds) for each in runs]):.1f}"
                f" | {np.mean([np.mean(each.rounds) for each in runs]):.1f}"
                f" | {np.mean([each.seconds for each in runs]):.1f} |",
                flush=True,
            )


def print_narrow(trials: int) -> None:
    """How often small differences are found, and what that takes."""
    print("\n| machine | planted | half-width | found | A/A flagged | seconds | 9 of 10 within |")
    print("|" + " --- |" * 7)
    for world in WORLDS:
        for planted in (0.002, 0.001):
            effort = replace(DEFAULT, most=UNCAPPED, target_width=NARROW * planted)
            generator = np.random.default_rng(1)
            count = max(20, trials // 10)
            runs = [run(world, True, generator, effort, planted) for _ in range(count)]
            alike = [run(world, True, generator, effort) for _ in range(count)]
            print(
                f"| {world.name} | {planted:.1%} | {effort.target_width:.2%}"
                f" | {np.mean([each.flagged for each in runs]):.0%}"
                f" | {np.mean([each.flagged for each in alike]):.1%}"
                f" | {np.mean([each.seconds for each in runs]):.0f}"
                f" | {np.quantile([each.seconds for each in runs], 0.9):.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
