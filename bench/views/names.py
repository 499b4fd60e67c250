"""Short names of contenders: what tells them apart, and what they share."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath

from bench.analysis.comparison import Contender
from bench.domain import Case
from bench.views.wording import short_target

DIGITS = 12  # of a digest

Part = Callable[[Contender], str]


def where(case: Case) -> str:
    """The target, with the number format where it is not the usual one."""
    return f"{case.target} native" if case.workload.native else str(case.target)


def threads(case: Case) -> str:
    """How many threads: `1 thread`, `2 threads`."""
    count = case.workload.threads
    return f"{count} thread{'' if count == 1 else 's'}"


def model(side: Contender) -> str:
    """The model's name; of a path its last part, since the whole comes where it is needed."""
    name = side.case.model.name
    return PurePath(name.removesuffix(".onnx")).name or name


def target(side: Contender) -> str:
    """The target and the number format."""
    return where(side.case)


def batch(side: Contender) -> str:
    """The batch, named."""
    return f"batch {side.case.workload.batch}"


def path(side: Contender) -> str:
    """The model's file."""
    return side.case.model.path


def short(side: Contender) -> str:
    """`avg cpu batch 1`: enough within most reports."""
    return f"{model(side)} {short_target(side.case)} {batch(side)}"


def _pairs(fields: Mapping[str, object]) -> str:
    return " ".join(f"{name}={value}" for name, value in fields.items())


# What may tell two contenders apart, the shortest and most telling first.
PARTS: tuple[Part, ...] = (
    model,
    target,
    batch,
    lambda side: threads(side.case),
    lambda side: f"boundary {side.case.workload.boundary}",
    lambda side: _pairs(side.case.workload.options) or "no options",
    lambda side: _pairs(side.case.workload.dims) or "no dims",
    lambda side: " ".join(side.case.workload.inputs) or "made inputs",
    lambda side: side.source,
    path,
    lambda side: side.case.model.sha256[:DIGITS],
    lambda side: f"seed {side.case.workload.seed}",
)


def told_apart(contenders: Sequence[Contender], first: Part | None = None) -> list[str]:
    """The shortest names that tell contenders apart, one for each.

    All names begin with the part `first`, if one is given; every further part is added only where
    contenders would be called alike without, and differ in it. None is empty: what would be, since
    nothing tells it from the others, has the place of its row in its name.
    """
    names = [first(side) if first else "" for side in contenders]
    for part in PARTS:
        if len(set(names)) == len(names):
            break
        for name in {name for name in names if names.count(name) > 1}:
            alike = [index for index, other in enumerate(names) if other == name]
            said = [part(contenders[index]) for index in alike]
            if part is path:
                said = _ends(said)
            if len(set(said)) > 1:
                for index, text in zip(alike, said, strict=True):
                    names[index] = f"{name}, {text}" if name else text
    return [
        name or _placed(side, at)
        for at, (name, side) in enumerate(zip(names, contenders, strict=True))
    ]


def _placed(side: Contender, at: int) -> str:
    """One that differs from the others in nothing: `avg, row 2`, by its place in the report."""
    return f"{model(side)}, row {1 + (at if side.index is None else side.index)}"


def _ends(paths: Sequence[str]) -> list[str]:
    """The shortest ends of paths that differ where the paths do: `old/net.onnx`, `new/net.onnx`."""
    parts = [PurePath(path).parts for path in paths]
    for count in range(1, max(map(len, parts), default=0)):
        ends = [str(PurePath(*path[-count:])) for path in parts]
        if len(set(ends)) == len(set(paths)):
            return ends
    return list(paths)


def shared(first: Contender, second: Contender) -> str:
    """What two contenders have in common: `avg on torch:cpu at batch 1`."""
    parts = []
    if model(first) == model(second):
        parts.append(model(first))
    if target(first) == target(second):
        parts.append(f"on {target(first)}")
    if batch(first) == batch(second):
        parts.append(f"at {batch(first)}")
    else:
        parts.append("per item")
    text = " ".join(parts)
    return text if model(first) == model(second) else text[:1].upper() + text[1:]
