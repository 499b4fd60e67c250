"""`bench validate --corpus onnx`: a sample of the public corpus, through real workers."""

import json

import pytest

from bench import cli
from bench.engine import corpus

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(capsys, *arguments):
    code = cli.main(["validate", "--corpus", "onnx", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def test_every_case_of_a_sample_ends_with_a_result_and_a_reason(capsys, tmp_path):
    code, out, _ = run(capsys, "--every", "40", "--output", "table.json")
    assert "onnxruntime:cpu" in out
    table = json.loads((tmp_path / "table.json").read_text())
    assert len(table["cases"]) == sum(
        number for kind in table["counts"].values() for number in kind.values()
    )
    assert len(table["cases"]) > 45
    results = [case["result"] for case in table["cases"].values()]
    assert results.count("pass") > 0.85 * len(results)
    assert results.count("failed") < 0.05 * len(results)  # by the release of onnx
    assert all(case["reason"] for case in table["cases"].values() if case["result"] != "pass")
    assert code == (4 if "mismatch" in results else 0)


class Written:
    """Stands for the worker that would write the corpus, which takes seconds."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def ask(self, *_, **__):
        return {"cases": []}


def test_a_mismatch_is_exit_4_and_named_and_markdown_has_every_reason(capsys, monkeypatch):
    wrong = {"result": "mismatch", "reason": "Output 'y' differs.", "where": ""}
    right = {"result": "pass", "reason": "", "where": "CPUExecutionProvider"}
    many = [(f"node/test_{number}", wrong) for number in range(12)]
    monkeypatch.setattr(corpus, "Worker", Written)
    monkeypatch.setattr(corpus, "sweep", lambda *_: iter([("node/test_abs", right), *many]))
    code, out, err = run(capsys, "--every", "1000", "--output", "table.md")
    assert code == 4
    assert "mismatch: node/test_0: Output 'y' differs." in out
    assert "mismatch: 2 more; --output FILE.md has them all." in out
    assert "The outputs of 12 cases are not the expected ones." in err
    with open("table.md", encoding="utf-8") as file:
        assert file.read().count("| node/test\\_") == 12


def test_what_was_run_before_ctrl_c_is_saved_and_shown(capsys, monkeypatch):
    right = {"result": "pass", "reason": "", "where": "CPUExecutionProvider"}

    def interrupted(*_):
        yield "node/test_abs", right
        raise KeyboardInterrupt

    monkeypatch.setattr(corpus, "Worker", Written)
    monkeypatch.setattr(Written, "ask", lambda *_, **__: {"cases": ["node/test_abs", "node/b"]})
    monkeypatch.setattr(corpus, "sweep", interrupted)
    code, out, err = run(capsys, "--output", "table.json")
    assert code == 130
    assert "Interrupted: 1 of 2 cases were run." in out
    assert "Interrupted: 1 of 2 cases were run." in err
    with open("table.json", encoding="utf-8") as file:
        assert json.load(file)["cases"] == {"node/test_abs": right}
    monkeypatch.setattr(corpus, "sweep", lambda *_: at_once())
    assert run(capsys)[:2] == (130, "")
    # After the last case of a target, as its worker ends, no other target is begun.
    monkeypatch.setattr(Written, "ask", lambda *_, **__: {"cases": ["node/test_abs"]})
    monkeypatch.setattr(corpus, "sweep", interrupted)
    assert run(capsys)[0] == 130


def at_once():
    """Ctrl-C before the first case."""
    raise KeyboardInterrupt
    yield


def test_a_target_that_cannot_be_used_says_why(capsys):
    code, out, _ = run(capsys, "--provider", "tensorrt")
    assert code == 3
    assert "onnxruntime:tensorrt skipped: " in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--corpus", "imagenet"], "no corpus 'imagenet'"),
        (["--corpus", "onnx", "--exported", "here"], "exclude each other"),
        (["--corpus", "onnx", "--metric", "top1"], "exclude each other"),
        (["--metric", "best"], "no metric 'best'"),
        (["--corpus", "onnx", "--output", "table.txt"], "ends in none of .json, .md"),
        (["--every", "3"], "goes with --corpus"),
    ],
)
def test_words_that_cannot_be_meant(capsys, arguments, said):
    assert cli.main(["validate", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_folder_without_networks_is_a_sentence(capsys):
    assert cli.main(["validate", "--exported", "nowhere"]) == 1
    assert "nowhere/manifest.json, cannot be read" in capsys.readouterr().err


def test_the_saved_table_stands_in_a_document(tmp_path):
    counts = {"node": {"pass": 5, "mismatch": 1, "unsupported": 2, "failed": 0}}
    table = {"target": "onnxruntime:cpu", "versions": {"onnx": "1.0"}, "counts": counts}
    (tmp_path / "table.json").write_text(json.dumps(table))
    (tmp_path / "page.md").write_text("<!-- corpus: table.json -->\n<!-- end -->\n")
    assert cli.main(["report", "--update-docs", "page.md"]) == 0
    text = (tmp_path / "page.md").read_text()
    assert "| node | 8 | 5 | 1 | 2 | 0 |" in text
    assert "*onnxruntime:cpu, onnx 1.0*" in text
    (tmp_path / "table.json").write_text("{}")
    assert cli.main(["report", "--update-docs", "page.md"]) == 1
