"""How an environment is named: by an interpreter's path, or by the packages that are asked for."""

import os
import re


def is_path(environment: str) -> bool:
    """Whether it is the path of an interpreter; the path of a wheel is a requirement."""
    return "/" in environment and not any(map(is_wheel, environment.split()))


def lasting(environment: str) -> str:
    """The same as it can be named from any folder: files by their whole paths."""
    if is_path(environment):
        return os.path.abspath(environment)
    words = environment.split()
    return " ".join(os.path.abspath(word) if is_wheel(word) else word for word in words)


def typed(hint: str, environment: str) -> str:
    """What pip is told, as it is typed for an environment: one that packages name is made anew."""
    if is_path(environment):
        return hint.replace("pip ", f"{environment} -m pip ")
    return re.sub(r"pip uninstall [^,]*, then ", "", hint).replace("pip install", "--with")


def is_wheel(word: str) -> bool:
    """Whether a requirement is a file that pip installs."""
    return word.endswith(".whl")
