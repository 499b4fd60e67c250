"""Whether what really ran is what was asked for."""

from bench.analysis.advice import named
from bench.domain import Placement, Ran


def objection(ran: Ran, placement: Placement) -> str | None:
    """Why a row with such nodes must not stand, or None when it may.

    Runtimes without a choice of providers, and models of which nothing is left to place after
    constants were folded, give no reason to object.
    """
    placed = sum(ran.providers.values())
    if placement == "allow" or not ran.expected or not placed:
        return None
    if not ran.providers.get(ran.expected):
        there = ", ".join(ran.providers)
        return (
            f"No node was placed on {ran.expected}: all {placed} are on {there}."
            " Run `bench doctor`, or keep the row with --allow-fallback."
        )
    if placement == "strict" and ran.elsewhere:
        return (
            f"{placed - ran.providers[ran.expected]} of {placed} nodes are not on {ran.expected}:"
            f" {named(ran)}. Leave --strict out to see what they cost."
        )
    return None
