"""Groups of options: declared once as a dataclass, taken by any command as one parameter."""

import functools
import inspect
from collections.abc import Callable
from copy import copy
from dataclasses import MISSING, fields, is_dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer.models

Command = Callable[..., None]


def grouped(command: Command) -> Command:
    """`command` as Typer is to see it: a parameter that is a group becomes the group's fields.

    A group is a frozen dataclass whose fields are annotated as Typer's parameters are; the first
    line of its docstring, without the full stop, is the title under which `--help` lists them.
    """
    hints = get_type_hints(command, include_extras=True)
    parameters: list[inspect.Parameter] = []
    groups: dict[str, type[Any]] = {}
    for name, parameter in inspect.signature(command).parameters.items():
        if is_dataclass(hints[name]) and isinstance(hints[name], type):
            groups[name] = hints[name]
            parameters += _fields(hints[name])
        else:
            parameters.append(_keyword(name, hints[name], parameter.default))

    @functools.wraps(command)
    def spread(**given: Any) -> None:
        made = {
            name: group(**{field.name: given.pop(field.name) for field in fields(group)})
            for name, group in groups.items()
        }
        command(**given, **made)

    spread.__dict__["__signature__"] = inspect.Signature(parameters)
    spread.__annotations__ = {each.name: each.annotation for each in parameters}
    return spread


def _fields(group: type[Any]) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    title = (inspect.getdoc(group) or "").partition("\n")[0].rstrip(".")
    return [
        _keyword(
            field.name,
            _titled(hints[field.name], title),
            inspect.Parameter.empty if field.default is MISSING else field.default,
        )
        for field in fields(group)
    ]


def _titled(annotation: Any, title: str) -> Any:
    """The annotation with its option listed under `title`; arguments stay where they are."""
    if get_origin(annotation) is not Annotated:
        return annotation
    kind, *extras = get_args(annotation)
    for place, extra in enumerate(extras):
        if isinstance(extra, typer.models.OptionInfo):
            extras[place] = copy(extra)
            extras[place].rich_help_panel = title
    return Annotated[(kind, *extras)]


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )
