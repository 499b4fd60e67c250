"""Whether what really ran is what was asked for."""

from bench.analysis.advice import named
from bench.domain import Placement, Ran

WHERE = "cpus"  # an option that takes turns


def change(first: Ran, now: Ran) -> str | None:
    """Why a session is not what the row's first one was, or None where it is.

    The CPUs take turns. What else differs makes replicates of several things, and no row.
    """
    differing = [
        f"{name} {before}, then {after}"
        for name, before, after in (
            ("nodes", dict(first.providers), dict(now.providers)),
            ("operators", dict(first.operators), dict(now.operators)),
            *(
                (f"option {key}", first.options.get(key), now.options.get(key))
                for key in sorted({*first.options, *now.options} - {WHERE})
            ),
            ("version", first.runtime_version, now.runtime_version),
            ("threads", first.threads, now.threads),
            ("number format", first.precision, now.precision),
            ("nodes elsewhere", named(first), named(now)),
        )
        if before != after
    ]
    if not differing:
        return None
    return (
        f"What ran differs between replicates: {differing[0]}."
        " Measure it again, while nothing changes the model, its runtime or their settings."
    )


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
