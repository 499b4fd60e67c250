"""The action's steps, run by bash as GitHub does, in a repository with two commits of a model."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import onnx_models
import pytest

yaml = pytest.importorskip("yaml")

PROJECT = Path(__file__).parents[2]
ACTION = PROJECT / "action"
# What `bench` would do, told by the model's name: the words it got, a page, an exit code.
STAND_IN = """#!/usr/bin/env bash
echo "$@" >> "$CALLS"
test "${2##*/}" = gone.onnx && exit 1
echo "a verdict on $3" > "${@: -1}"
case "$2" in */slow.onnx) exit 5;; */wrong.onnx) exit 4;; esac
"""
REAL = f'#!/bin/sh\nPYTHONPATH={PROJECT} exec {sys.executable} -m bench "$@"\n'
PYTHON = """#!/usr/bin/env bash
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho pip "$@" >> "$CALLS"\\n' > "$3/bin/pip"
cp "$STAND_IN" "$3/bin/bench"
chmod +x "$3/bin/"*
"""
GH = """#!/usr/bin/env bash
echo "gh $@" >> "$CALLS"
case "$*" in *--jq*) test -f "$CALLS.comments" && echo 77; true;; esac
"""


class Repository:
    """A checkout, what GitHub sets for its steps, and what was called in them."""

    def __init__(self, folder):
        self.folder = folder / "checkout"
        self.folder.mkdir()
        self.calls = folder / "calls"
        tools = folder / "tools"
        tools.mkdir()
        for name, text in (("python3", PYTHON), ("gh", GH), ("stand-in", STAND_IN)):
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        (folder / "summary.md").touch()
        self.stand_in = tools / "stand-in"
        self.environment = {
            **os.environ,
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "CALLS": str(self.calls),
            "STAND_IN": str(self.stand_in),
            "RUNNER_TEMP": str(folder),
            "GITHUB_ACTION_PATH": str(ACTION),
            "GITHUB_OUTPUT": str(folder / "outputs"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "GITHUB_REPOSITORY": "someone/models",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{
                f"GIT_{who}_{what}": "x"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
        }
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words):
        return self.run(["git", *words], check=True).stdout.strip()

    def commit(self, **files):
        """Write `name__onnx=text` files, or none, and commit all that there is."""
        for name, text in files.items():
            path = self.folder / name.replace("__", ".").replace("_in_", "/")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "models")

    def run(self, words, check=False, **environment):
        return subprocess.run(
            words,
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=check,
        )

    def step(self, name, **inputs):
        """Run a step of action.yml by its name, its inputs filled in."""
        action = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))
        (step,) = (step for step in action["runs"]["steps"] if step["name"] == name)
        assert step["shell"] == "bash"
        given = {key: each.get("default", "") for key, each in action["inputs"].items()} | inputs

        def filled(match):
            return given[match[1]] if match[1] in given else match[0]

        wanted = {
            key: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", filled, text)
            for key, text in step["env"].items()
        }
        wanted = {key: "5" if "github.event" in text else text for key, text in wanted.items()}
        assert "${{" not in step["run"]  # texts of a pull request are never part of a script
        return self.run(["bash", "-e", "-o", "pipefail", "-c", step["run"]], **wanted)

    @property
    def called(self):
        return self.calls.read_text().splitlines() if self.calls.exists() else []

    @property
    def page(self):
        return (self.folder / "onnx-bench" / "comment.md").read_text()


@pytest.fixture
def repository(tmp_path):
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    return Repository(tmp_path)


def test_all_steps_one_after_the_other(repository, tmp_path):
    repository.commit(m_in_slow__onnx="1", m_in_same__onnx="1", m_in_note__txt="1")
    repository.commit(m_in_slow__onnx="2", m_in_new__onnx="2")
    assert repository.step("Install").returncode == 0
    assert repository.called == [f"pip install --quiet {ACTION}/..[cpu]"]
    compared = repository.step("Compare", base="HEAD~1", models="m/*.onnx\n", options="-b 1,8")
    assert compared.returncode == 5, compared.stderr
    (call,) = repository.called[1:]
    reports = repository.folder / "onnx-bench" / "reports"
    assert call.startswith(
        f"compare base/m/slow.onnx head/m/slow.onnx --reports {reports} -b 1,8 --format markdown"
    )
    sections = dict(re.findall(r"### (\S+)\n\n(.+)\n", repository.page))
    assert sections == {
        "m/new.onnx": "New: there is nothing to compare it with.",
        "m/same.onnx": "Not changed, so not measured.",
        "m/slow.onnx": "a verdict on head/m/slow.onnx",
    }
    assert (tmp_path / "summary.md").read_text() == repository.page
    assert f"comment={repository.folder}/onnx-bench/comment.md\n" == (
        (tmp_path / "outputs").read_text()
    )
    assert repository.git("worktree", "list").count("\n") == 0  # none is left behind
    assert repository.step("Comment").returncode == 0
    *_, asked, written = repository.called
    assert asked.startswith("gh api --paginate repos/someone/models/issues/5/comments")
    assert "--method POST repos/someone/models/issues/5/comments" in written
    Path(f"{repository.calls}.comments").touch()
    repository.step("Comment")
    assert "--method PATCH repos/someone/models/issues/comments/77" in repository.called[-1]
    assert "body=@onnx-bench/comment.md" in repository.called[-1]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["fine"], 0),
        (["fine", "slow"], 5),
        (["slow", "wrong", "gone"], 4),
        (["gone", "slow"], 5),
        (["fine", "gone"], 1),
    ],
)
def test_it_exits_as_the_worst_pair(repository, names, code):
    for text in "12":
        repository.commit(**{f"{name}__onnx": text for name in names})
    ended = repository.run([ACTION / "side-by-side.sh", "HEAD~1"], BENCH=str(repository.stand_in))
    assert ended.returncode == code, ended.stderr
    assert len(repository.called) == len(names)
    assert ("It could not be measured (exit 1)" in repository.page) == ("gone" in names)


def test_weights_beside_a_model_are_part_of_it(repository):
    repository.commit(m_in_a__onnx="1", m_in_a__data="1", n_in_b__onnx="1")
    repository.commit(m_in_a__data="2")
    ended = repository.run([ACTION / "side-by-side.sh", "HEAD~1"], BENCH=str(repository.stand_in))
    assert ended.returncode == 0
    assert [call.split()[2] for call in repository.called] == ["head/m/a.onnx"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "No commit to compare with."),
        (["nowhere"], "There is no commit nowhere here."),
        (["HEAD", "*.ort"], "git knows no file *.ort."),
    ],
)
def test_what_cannot_be_meant_is_a_sentence_and_exit_2(repository, words, said):
    repository.commit(a__onnx="1")
    ended = repository.run([ACTION / "side-by-side.sh", *words])
    assert ended.returncode == 2
    assert said in ended.stderr and "hint: " in ended.stderr


def test_a_comment_that_cannot_be_written_is_a_warning(repository):
    (Path(repository.environment["STAND_IN"]).parent / "gh").write_text("#!/bin/sh\nexit 1\n")
    repository.commit(a__onnx="1")
    ended = repository.run([ACTION / "comment.sh", "someone/models", "5", "comment.md"])
    assert ended.returncode == 0
    assert ended.stdout.startswith("::warning::")


def test_two_commits_of_a_model_are_measured(repository):
    pytest.importorskip("onnxruntime")
    path = repository.folder / "net.onnx"
    for version in "12":
        onnx_models.linear(path, metadata={"version": version})
        repository.commit()
    repository.stand_in.write_text(REAL)
    words = ["-b", "1", "--replicates", "2", "--no-wait"]
    ended = repository.run(
        [ACTION / "side-by-side.sh", "HEAD~1", "--", *words], BENCH=str(repository.stand_in)
    )
    assert ended.returncode == 0, ended.stderr
    assert "| net cpu batch 1, head/net.onnx |" in repository.page
    (report,) = (repository.folder / "onnx-bench" / "reports").iterdir()
    assert (report / "report.json").is_file()


@pytest.mark.parametrize("name", ["github.yml", "gitlab-ci.yml"])
def test_an_example_calls_what_there_is(name):
    text = (ACTION / "examples" / name).read_text(encoding="utf-8")
    example = yaml.safe_load(text)
    if name == "github.yml":
        steps = example["jobs"]["side-by-side"]["steps"]
        known = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))["inputs"]
        assert set(steps[-1]["with"]) <= set(known)
        assert steps[0]["with"]["fetch-depth"] == 0
    else:
        (call,) = (line for line in example["side-by-side"]["script"] if "action/" in line)
        assert (PROJECT / re.search(r"/tmp/onnx-bench/(\S+)", call)[1]).is_file()
