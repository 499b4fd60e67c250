"""`bench doctor`: what can run here, why the rest cannot, and what makes measurements unsteady."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bench.errors import BenchError, NothingMeasured, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from bench.domain import Provider, Target
    from bench.host.doctor.check import Check

    Surveys = Mapping[str, dict[str, Provider] | str]  # a runtime's providers, or why it has none

_STYLES = {"ok": "green", "warning": "yellow", "problem": "bold red", "not applicable": "dim"}
_WORDS = {"not applicable": "n/a"}


def doctor(
    require: Annotated[
        list[str] | None,
        typer.Option(
            metavar="P", help="Exit 3 unless it is usable: cuda, torch:cuda …; repeatable."
        ),
    ] = None,
    format_name: Annotated[
        Literal["table", "json"], typer.Option("--format", help="How to show it.")
    ] = "table",
) -> None:
    """Show what can run here, why the rest cannot, and what disturbs measurements."""
    from bench.commands.options import targets
    from bench.host.doctor.examine import examine, moment

    before = moment()
    surveys = _surveys()
    required = {target: _why_not(target, surveys) for target in targets(require)} if require else {}
    checks = examine(before)
    if format_name == "json":
        print(json.dumps(_encoded(surveys, checks, required), indent=1))
    else:
        _show(surveys, checks)
    unusable = [f"{target} cannot be used: {why}" for target, why in required.items() if why]
    if unusable:
        raise NothingMeasured(" ".join(unusable), "`bench doctor` shows every check.")


def _surveys() -> "Surveys":
    """Ask each runtime in a worker of its own, so that one that crashes is a row."""
    from bench.console import messages
    from bench.engine.survey import survey
    from bench.runtimes import RUNTIMES

    surveys: dict[str, dict[str, Provider] | str] = {}
    with messages().status("") as status:
        for runtime in RUNTIMES.all_names():
            status.update(f"asking {runtime}")
            try:
                surveys[runtime] = survey(runtime)
            except BenchError as error:
                surveys[runtime] = error.sentence()
    return surveys


def _why_not(target: "Target", surveys: "Surveys") -> str | None:
    """Why a target cannot be used, None when it can. Raises UsageError for one there is not."""
    if target.runtime not in surveys:
        raise UsageError(
            f"There is no runtime called '{target.runtime}'.",
            f"Choose one of: {', '.join(surveys)}.",
        )
    found = surveys[target.runtime]
    if isinstance(found, str):
        return found
    if target.provider not in found:
        raise UsageError(
            f"The runtime {target.runtime} has no provider called '{target.provider}'.",
            f"Choose one of: {', '.join(name for name, _ in _rows(surveys))}.",
        )
    return found[target.provider].reason


def _rows(surveys: "Surveys") -> "list[tuple[str, str | None]]":
    """Targets, or runtimes that have none, each with the reason why it cannot be used."""
    rows: list[tuple[str, str | None]] = []
    for runtime, found in surveys.items():
        if isinstance(found, str):
            rows.append((runtime, found))
        else:
            rows += [(f"{runtime}:{name}", provider.reason) for name, provider in found.items()]
    return rows


def _encoded(
    surveys: "Surveys", checks: "Sequence[Check]", required: "Mapping[Target, str | None]"
) -> dict[str, object]:
    return {
        "schema": "onnx-bench/doctor",
        "version": 1,
        "targets": [
            {"target": name, "usable": reason is None, "reason": reason}
            for name, reason in _rows(surveys)
        ],
        "checks": [asdict(check) for check in checks],
        "required": [
            {"target": str(target), "usable": reason is None, "reason": reason}
            for target, reason in required.items()
        ],
    }


def _show(surveys: "Surveys", checks: "Sequence[Check]") -> None:
    from rich.text import Text

    from bench.console import plain, results

    rows = _rows(surveys)
    providers = _table("Target", "Usable", "Why not, and what to type")
    for name, reason in rows:
        usable = Text("no", "bold red") if reason else Text("yes", "green")
        providers.add_row(Text(plain(name)), usable, Text(plain(reason or "")))
    results().print(providers)
    results().print()
    machine = _table("Check", "State", "Finding")
    for check in checks:
        state = Text(_WORDS.get(check.state, check.state), _STYLES[check.state])
        machine.add_row(check.name, state, Text(plain(check.sentence)))
    results().print(machine)
    results().print()
    for hint, names in _hints(checks).items():  # below the table and unbroken, to be copied
        line = Text.assemble((f"{', '.join(names)}: ", "bold"), plain(hint))
        results().print(line, soft_wrap=True)
    results().print()
    results().print(Text(_sum(rows, checks), "bold"))


def _hints(checks: "Sequence[Check]") -> dict[str, list[str]]:
    """What to type, each once, with the names of the checks that ask for it."""
    hints: dict[str, list[str]] = {}
    for check in checks:
        if check.hint:
            hints.setdefault(check.hint, []).append(check.name)
    return hints


def _sum(rows: "Sequence[tuple[str, str | None]]", checks: "Sequence[Check]") -> str:
    usable = sum(reason is None for _, reason in rows)
    counted = []
    for state in ("problem", "warning"):
        number = sum(check.state == state for check in checks)
        counted.append(f"{number or 'no'} {state}{'' if number == 1 else 's'}")
    return f"{usable} of {len(rows)} targets are usable; {', '.join(counted)}."


def _table(*headings: str) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings[:-1]:
        table.add_column(heading, no_wrap=True)
    table.add_column(headings[-1], overflow="fold")
    return table


plugin = doctor
