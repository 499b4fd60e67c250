"""What can run here, why the rest cannot, and what makes measurements unsteady."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from bench.blocks import Block, Cell, Column, Records, Sentence, Style, Table
from bench.engine.usability import Usability
from bench.host.doctor.check import Check
from bench.records.document import DocumentKind
from bench.views import targets

DOCTOR = DocumentKind(
    "doctor", 1, "what the doctor found", "Write it with `bench doctor --format json`."
)
_STYLES: dict[str, Style] = {
    "ok": "good",
    "warning": "warning",
    "problem": "bad",
    "not applicable": "dim",
}
_SHORT = {"not applicable": "n/a"}
_CHECKS = (*(Column(heading, "name") for heading in ("Check", "State")), Column("Finding", "text"))


@dataclass(frozen=True, slots=True)
class DoctorView:
    """Every target and every check of the machine; `required` are targets that were asked for."""

    targets: tuple[Usability, ...]
    checks: tuple[Check, ...]
    required: tuple[Usability, ...] = ()
    title: ClassVar[str] = "Doctor"

    def blocks(self) -> Sequence[Block]:
        """Targets, checks, then what to type, each once."""
        return [
            targets.table(self.targets),
            Table(_CHECKS, tuple(_check_cells(each) for each in self.checks)),
            *(
                Sentence(hint, label=", ".join(names), unbroken=True)
                for hint, names in _hints(self.checks).items()
            ),
            Sentence(self._sum(), "strong"),
        ]

    def records(self) -> Records:
        """A line for each target and each check."""
        usable = [
            {
                "kind": "target",
                "name": each.target,
                "state": "problem" if each.reason else "ok",
                "sentence": each.reason,
            }
            for each in self.targets
        ]
        checks = [{"kind": "check", **asdict(check)} for check in self.checks]
        return Records(("kind", "name", "state", "sentence", "hint"), (*usable, *checks))

    def document(self) -> dict[str, Any]:
        """The same with what was required."""
        return DOCTOR.envelope(
            {
                "targets": [targets.fields(each) for each in self.targets],
                "checks": [asdict(check) for check in self.checks],
                "required": [targets.fields(each) for each in self.required],
            }
        )

    def _sum(self) -> str:
        usable = sum(each.reason is None for each in self.targets)
        counted = []
        for state in ("problem", "warning"):
            number = sum(check.state == state for check in self.checks)
            counted.append(f"{number or 'no'} {state}{'' if number == 1 else 's'}")
        return f"{usable} of {len(self.targets)} targets are usable; {', '.join(counted)}."


def _check_cells(check: Check) -> tuple[Cell, ...]:
    state = Cell(_SHORT.get(check.state, check.state), _STYLES[check.state], check.state)
    return Cell(check.name), state, Cell(check.sentence)


def _hints(checks: Sequence[Check]) -> dict[str, list[str]]:
    """What to type, each once, with the names of the checks that ask for it."""
    hints: dict[str, list[str]] = {}
    for check in checks:
        if check.hint:
            hints.setdefault(check.hint, []).append(check.name)
    return hints
