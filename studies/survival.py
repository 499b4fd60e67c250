"""The tables of the studies that damage and kill: what was done, and what became of it."""

from collections.abc import Mapping
from typing import Any

import results

WHAT = {
    "journals": "journals with one bit turned over",
    "mutants": "reports and journals with odd values",
    "commands": "command lines drawn at random",
}


def of_chaos(saved: Mapping[str, Any]) -> str:
    """The table of a saved `chaos.py`: how each trial ended."""
    rows = [
        (
            what,
            ", ".join(f"{end} {count}" for end, count in saved[kind]["ends"].items()),
            str(saved[kind]["trials"]),
            str(len(saved[kind]["faults"])),
        )
        for kind, what in WHAT.items()
    ]
    shown = results.table(("What", "Ended as", "Trials", "Faults"), rows, texts=2)
    told = f"A command hangs that says nothing for {saved['patience']:.0f} s and does not end."
    return f"{shown}\n\n{told}\n\n{results.machine(saved)}\n"


def of_kills(saved: Mapping[str, Any]) -> str:
    """The table of a saved `kills.py`: who was killed, and what was wrong after it."""
    shown = results.table(("Killed", "Runs"), [(n, str(c)) for n, c in saved["victims"].items()])
    told = (
        f"{len(saved['faults'])} faults in {saved['kills']} runs: a report that cannot go on, a"
        " complete replicate that is lost, or a worker that stays. The longest that a worker"
        f" lived on was {results.duration(saved['longest_outlived_seconds'])}."
    )
    return f"{shown}\n\n{told}\n\n{results.machine(saved)}\n"


FLEET = {
    "removals": "{moments} nodes removed or added",
    "kills": "driver killed {killed} times",
    "many": "nothing",
    "weights": "{bytes:.0f} MB of weights for {hosts} nodes, sent {copies} times",
    "faulty": "five of seven nodes at fault",
}


def of_fleet(saved: Mapping[str, Any]) -> str:
    """The tables of a saved `fleet.py`: what was done to it, and what was said of its nodes."""
    rows = [
        (
            told.format(**{**saved[part], "bytes": saved[part].get("bytes", 0) / 1e6}),
            *(str(saved[part][key]) for key in ("shards", "given_back", "finished")),
            str(len(saved[part]["faults"])),
        )
        for part, told in FLEET.items()
        if part in saved
    ]
    heads = ("What was done", "Shards", "Given back", "Finished", "Faults")
    told = (
        "A fault is a shard counted twice, not at all, or beside another one on its node, and a"
        " node at fault that is not named or goes on."
    )
    shown = [results.table(heads, rows), told]
    if said := saved.get("faulty", {}).get("said"):
        lines = [(what, f"node {'; '.join(whys)}") for what, whys in said.items()]
        shown.append(results.table(("At fault", "What was said"), lines, texts=2))
    return "\n\n".join([*shown, results.machine(saved)]) + "\n"
