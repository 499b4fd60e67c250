"""Where a model runs, and how that is written: `runtime:provider:device[key=value]@environment`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bench.domain import spelling
from bench.errors import UsageError

GRAMMAR = "[runtime:]provider[:device][[key=value,…]][@environment]"
_TARGET = re.compile(r"(?P<place>[^\[\]@]*)(\[(?P<options>[^\[\]]*)\])?(@(?P<environment>.+))?")
# A comma that begins a further specifier belongs to a requirement: onnxruntime>=1.30,<1.32.
_COMMA = re.compile(r",(?![<>=!~])")


@dataclass(frozen=True, slots=True)
class Target:
    """A runtime and one of its providers, with what may tell two of them apart.

    `device` is "" for the provider's first one, `options` go to the runtime as those of a workload
    do. `environment` is what `bench.environments` makes an interpreter of, "" for the one that runs
    bench: requirements of packages with spaces between them, or the path of a Python.
    """

    runtime: str
    provider: str
    device: str = ""
    options: tuple[tuple[str, str], ...] = ()
    environment: str = ""

    @classmethod
    def parse(cls, text: str) -> "Target":
        """What GRAMMAR means; a bare provider is onnxruntime's, a bare runtime its CPU.

        Names that others use are understood: `gpu`, `ort`, `CPUExecutionProvider`.
        Raises UsageError for what is not written so.
        """
        match = _TARGET.fullmatch(text.strip())
        if match is None:
            raise UsageError(f"'{text}' is no target.", f"Write {GRAMMAR}, in quotes.")
        runtime, colon, provider = match["place"].strip().partition(":")
        if not colon or (provider.isdecimal() and spelling.is_on_gpu(runtime)):  # cuda, cuda:1
            device = provider
            runtime, provider = spelling.alone(runtime)
        else:
            provider, _, device = provider.partition(":")
        runtime = spelling.runtime(runtime)
        provider = spelling.provider(provider, runtime)
        options = tuple(_options(match["options"] or "", text))
        return cls(runtime, provider, device, options, (match["environment"] or "").strip())

    def __str__(self) -> str:
        device = f":{self.device}" if self.device else ""
        pairs = ",".join(f"{key}={value}" for key, value in self.options)
        options = f"[{pairs}]" if pairs else ""
        environment = f"@{self.environment}" if self.environment else ""
        return f"{self.runtime}:{self.provider}{device}{options}{environment}"


def parse_list(text: str) -> list[Target]:
    """The targets of `cpu,cuda@onnxruntime-gpu`. Raises UsageError as `Target.parse`."""
    targets, begun = [], ""
    for part in _COMMA.split(text):
        begun = f"{begun},{part}" if begun else part
        if begun.count("[") <= begun.count("]"):  # else the comma is between options or extras
            targets.append(Target.parse(begun))
            begun = ""
    return [*targets, Target.parse(begun)] if begun else targets


def _options(text: str, whole: str) -> Iterator[tuple[str, str]]:
    for pair in filter(None, text.split(",")):
        key, sign, value = pair.partition("=")
        if not key.strip() or not sign:
            raise UsageError(f"'{pair}' in the target '{whole}' has no '='.", f"Write {GRAMMAR}.")
        yield key.strip(), value.strip()
