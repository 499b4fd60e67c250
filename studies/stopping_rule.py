"""Simulates the stop rule on interval width and prints how often its verdicts are right.

    python studies/stopping_rule.py [--trials 40000]

Replicate values of a pair are drawn around 0 (A/A) and around the planted slowdown. A run looks at
its interval when a replicate ends, from the minimum on, and stops at the target width or at the
budget. Looking again and again at a width favours runs whose spread is small by luck, so the share
of A/A pairs flagged exceeds 5 % where the spread is large for the target; it is the minimum that
keeps this small (Starr 1966).
"""

import argparse
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.statistics.distributions import binomial_cdf, student_t_quantile

Values = NDArray[np.float64]
BUDGET = 40  # replicates
SPREADS = (0.0025, 0.005, 0.01, 0.02)  # standard deviation between replicates of ln ratio


@dataclass(frozen=True, slots=True)
class Rule:
    """Stop at `minimum` replicates or later, when the relative half-width is at most `target`."""

    effort: str
    minimum: int
    target: float
    planted: float


RULES = (
    Rule("quick", 3, 0.02, 0.02),
    Rule("quick", 4, 0.02, 0.02),
    Rule("quick", 5, 0.02, 0.02),
    Rule("quick", 5, 0.01, 0.02),
    Rule("default", 5, 0.01, 0.01),
    Rule("default", 8, 0.01, 0.01),
    Rule("default", 10, 0.01, 0.01),
    Rule("default", 10, 0.005, 0.01),
    Rule("publish", 10, 0.005, 0.005),
    Rule("publish", 20, 0.005, 0.005),
)


def replicate_values(generator: np.random.Generator, tails: str, trials: int) -> Values:
    """(trials, BUDGET) of variance 1; Student's t with three degrees of freedom has heavy tails."""
    if tails == "normal":
        return generator.normal(size=(trials, BUDGET))
    return generator.standard_t(3, size=(trials, BUDGET)) / math.sqrt(3)


def run(values: Values, rule: Rule) -> tuple[Values, Values, NDArray[np.int64]]:
    """Where each trial stops: its mean, the half-width of its interval, its replicates."""
    counts = np.arange(1, BUDGET + 1)
    means = values.cumsum(axis=1) / counts
    squares = (values**2).cumsum(axis=1) - counts * means**2
    factors = np.array([0.0, *(student_t_quantile(0.975, int(count) - 1) for count in counts[1:])])
    widths = factors * np.sqrt(np.maximum(squares, 0) / np.maximum(counts - 1, 1) / counts)
    widths[:, 0] = math.inf  # one replicate has no interval
    stops = (np.expm1(widths) <= rule.target) & (counts >= rule.minimum)
    stops[:, -1] = True
    at = np.arange(len(values)), stops.argmax(axis=1)
    return means[at], widths[at], counts[at[1]]


def row(rule: Rule, tails: str, spread: float, trials: int, generator: np.random.Generator) -> str:
    """One line of the table, in percent."""
    mean, width, _ = run(spread * replicate_values(generator, tails, trials), rule)
    false_positives = float(np.mean(np.abs(mean) > width))
    planted = math.log1p(rule.planted)
    values = planted + spread * replicate_values(generator, tails, trials)
    mean, width, counts = run(values, rule)
    right, wrong = np.mean(mean > width), np.mean(mean < -width)
    covered = np.mean(np.abs(mean - planted) <= width)
    below_28 = binomial_cdf(27, 400, false_positives)
    return (
        f"| {rule.effort:7} | {rule.minimum:2} | {rule.target:5.1%} | {tails:6} | {spread:5.2%} "
        f"| {false_positives:5.1%} | {below_28:6.1%} | {rule.planted:4.1%} | {right:6.1%} "
        f"| {wrong:5.2%} | {covered:5.1%} | {counts.mean():4.1f} |"
    )


def main() -> None:
    """Simulate every rule, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=40_000)
    trials = parser.parse_args().trials
    generator = np.random.default_rng(1)
    print("| effort  | at least | target | tails | spread | A/A flagged | < 28 of 400 ", end="")
    print("| planted | found | wrong sign | covered | replicates |")
    print("|" + " --- |" * 12)
    for rule in RULES:
        for tails in ("normal", "heavy"):
            for spread in SPREADS:
                print(row(rule, tails, spread, trials, generator), flush=True)


if __name__ == "__main__":
    main()
