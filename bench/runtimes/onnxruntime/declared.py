"""Models whose outputs are not as their files declare: they run as `session.run` runs them."""

from collections.abc import Callable, Sequence

Shape = Sequence[int | str | None]
Call = Callable[[], object]


def may_be_wrong(inputs: Sequence[Shape], outputs: Sequence[Shape]) -> bool:
    """Whether an output begins with a declared size although some input has an open one.

    A file whose output keeps the batch open is taken at its word: looking costs each call 50 ns.
    """
    is_open = any(not isinstance(dim, int) for shape in inputs for dim in shape)
    return is_open and any(shape and isinstance(shape[0], int) for shape in outputs)


def contradiction(
    names: Sequence[str], declared: Sequence[Shape], actual: Sequence[Sequence[int] | None]
) -> str | None:
    """The first output that is not as declared, in words; None where all are, or are no tensors."""
    for name, promised, shape in zip(names, declared, actual, strict=True):
        if shape is None or not promised:
            continue
        same = len(promised) == len(shape) and all(
            not isinstance(want, int) or want == have
            for want, have in zip(promised, shape, strict=True)
        )
        if not same:
            return f"the file declares {name} as {_written(promised)}, and it is {_written(shape)}"
    return None


def _written(shape: Shape) -> str:
    return "×".join("?" if dim is None else str(dim) for dim in shape)


class Checked:
    """A call that is another one from the second time on, where `other` gives one."""

    __slots__ = ("_bound", "_call", "_other")

    def __init__(self, bound: Call, other: Callable[[], Call | None]) -> None:
        self._bound = bound
        self._other = other
        self._call: Call = self._first

    def __call__(self) -> object:
        """What is timed."""
        return self._call()

    def _first(self) -> object:
        done = self._bound()
        self._call = self._other() or self._bound
        return done
