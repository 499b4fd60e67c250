"""Hints in the words of Python, where what they name on a command line has one."""

import re

_KEYWORDS = {
    "--provider": "targets",
    "-p": "targets",
    "--batch": "batches",
    "--precision": "precisions",
    "--option": "options",
    "--input": "inputs",
    "--dim": "dims",
    "--target-width": "target_width of an Effort",
    **{
        f"--{word}": word
        for word in ("threads", "boundary", "dataset", "seed", "effort", "budget", "reports")
    },
}
_EFFORTS = re.compile(r"--(publish|quick)\b")
# A value has a capital, a digit or a sign in it, or is a word that stands for itself: what else
# follows an option goes on with the sentence.
_WORDS = r"(?:host|device|cpu|cuda|mnist|glance|quick)\b"
_VALUE = rf"'[^']+'|{_WORDS}|(?=\S*[A-Z\d:=])(?:[^\s,;)`]|,(?=\S))*[^\s,;)`.]"
_OPTION = re.compile(rf"(?<![\w-])(--?[a-z]+(?:-[a-z]+)*)(?: ({_VALUE}))?")


# What a command alone can be told: Python has no such choice.
_UNCHOSEN = re.compile(r" --no-wait [^.]*\.")
_COMMAND = re.compile(r"(`bench [^`]*`|bench [a-z]+ (?:-|\S*[./]).*?(?:\. |$))")  # as it is typed


def in_python(text: str) -> str:
    """`Use --provider cpu.` as `Use targets="cpu".`; options without a keyword stay as they are."""
    parts = _COMMAND.split(_UNCHOSEN.sub("", text))
    parts[::2] = [_OPTION.sub(_spelt, _EFFORTS.sub(r'effort="\1"', part)) for part in parts[::2]]
    return "".join(parts)


def _spelt(match: re.Match[str]) -> str:
    option, value = match[1], (match[2] or "").strip("'")
    if option not in _KEYWORDS:
        return match[0]
    keyword, (name, sign, rest) = _KEYWORDS[option], value.partition("=")
    if not value:
        return keyword
    if sign and keyword in ("options", "inputs", "dims"):
        return f'{keyword}={{"{name}": {_literal(rest)}}}'
    return f"{keyword}={_literal(value)}"


def _literal(value: str) -> str:
    if "," in value:
        return f"[{', '.join(map(_literal, value.split(',')))}]"
    return value if value.isdecimal() else f'"{value}"'
