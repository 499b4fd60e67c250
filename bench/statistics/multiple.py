"""Holm's correction for several comparisons."""

from collections.abc import Sequence

import numpy as np

from bench.statistics.estimate import Estimate, at_level, p_value


def holm_adjusted(p_values: Sequence[float]) -> np.ndarray:
    """Adjusted p-values (m,): reject those of at most 1 - level (Holm 1979)."""
    raw = np.asarray(p_values, dtype=float)
    order = np.argsort(raw, kind="stable")
    steps = raw[order] * np.arange(raw.size, 0, -1)
    adjusted = np.empty_like(raw)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted


def holm_levels(p_values: Sequence[float], level: float = 0.95) -> np.ndarray:
    """The confidence level (m,) whose interval excludes 1 exactly where Holm rejects.

    The k-th smallest of m p-values is held against (1 - level) / (m - k + 1); once one fails, all
    larger ones fail at its level. Never below the Bonferroni step that decided it, so an interval
    inside the margin is held to the same correction.
    """
    raw = np.asarray(p_values, dtype=float)
    order = np.argsort(raw, kind="stable")
    errors = (1 - level) / np.arange(raw.size, 0, -1)
    failures = np.flatnonzero(raw[order] > errors)
    if failures.size:
        errors[failures[0] :] = errors[failures[0]]
    levels = np.empty_like(raw)
    levels[order] = 1 - errors
    return levels


def corrected(ratios: Sequence[Estimate], level: float = 0.95) -> list[Estimate]:
    """The ratios of one table, with intervals widened so that Holm's rejections exclude 1.

    The chance that any true ratio of 1 is excluded is at most 1 - level, whatever the dependence.
    """
    levels = holm_levels([p_value(ratio) for ratio in ratios], level)
    return [at_level(ratio, float(wide)) for ratio, wide in zip(ratios, levels, strict=True)]
