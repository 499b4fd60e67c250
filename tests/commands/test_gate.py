"""`bench gate`: exit codes, what is printed at 80 columns, and the example for CI."""

import json
import shlex
from pathlib import Path

import pytest
import reports
import runs
import schemas
import typer

from bench.analysis import figures
from bench.analysis.summary import summarise
from bench.cli import main, make_app
from bench.console import messages, results
from bench.domain import Invalid, Skipped

EXAMPLE = Path(__file__).parents[1] / "examples" / "performance-gate.yml"
LIMITS = (
    *("--fail-if-slower", "5%", "--max-accuracy-drop", "0.1%"),
    *("--between-runs", "0.5%"),
)


@pytest.fixture(autouse=True)
def fresh_consoles():
    """Consoles that write to the streams of this test."""
    for console in (messages, results):
        console.cache_clear()
    yield
    for console in (messages, results):
        console.cache_clear()


@pytest.fixture
def gate(tmp_path, monkeypatch, capsys):
    """Runs `bench gate` in a folder with saved runs: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BENCH_HISTORY_FILE", str(tmp_path / "history.sqlite3"))
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments):
        code = main(["gate", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Unexpected" not in err
        return code, "".join(line.rstrip() + "\n" for line in out.splitlines()), err

    return run


@pytest.fixture
def save(tmp_path):
    def saved(name, *outcomes, **others):
        path = tmp_path / f"{name}.json"
        path.write_text(reports.saved(summarise(reports.report(*outcomes, **others))))
        return path

    return saved


def rows(scale, correct):
    """Two models at two batches; `scale` is of the second's time, `correct` of the first's."""
    counts = {"avg": correct, "max": 9_955}
    return [
        reports.measured(
            reports.case(model, batch=batch),
            seconds * batch * (scale if model == "max" else 1),
            reports.accuracy(counts[model], disagreements=9_964 - correct if model == "avg" else 0),
            replicates=5,
            spread=0.002,
        )
        for model, seconds in (("avg", 67e-6), ("max", 42e-6))
        for batch in (1, 128)
    ]


@pytest.mark.parametrize(
    ("scale", "correct", "code", "name"),
    [
        (1.0, 9_964, 0, "passed"),
        (1.1, 9_964, 5, "slower"),
        (1.1, 9_900, 4, "less-accurate"),
        (1.0, 9_955, 0, "inconclusive"),
    ],
)
def test_a_line_for_each_row_and_a_sentence(gate, save, golden, scale, correct, code, name):
    old, new = save("old", *rows(1, 9_964)), save("new", *rows(scale, correct))
    ended, out, err = gate(new, "--baseline", old, *LIMITS)
    assert ended == code
    assert max(map(len, out.splitlines())) <= 80
    golden(f"gate-{name}-80.txt", f"{out}--- standard error\n{err}")


def test_every_status_of_a_row_is_told(gate, save, golden):
    old = save("old", *rows(1, 9_964))
    new = save(
        "new",
        *rows(1, 9_964)[:2],
        Invalid(reports.case("max"), "812 of 10000 predictions differ from PyTorch's."),
        Skipped(reports.case(target="torch:cpu"), "torch is not installed."),
        reports.measured(reports.case("new"), 1e-3),
    )
    code, out, err = gate(new, "--baseline", old, "--fail-if-slower", "6%")
    assert code == 4
    golden("gate-broken-80.txt", f"{out}--- standard error\n{err}")


def test_rows_of_one_batch_are_told_apart_by_how_they_are_run(gate, save):
    both = [reports.measured(reports.case(threads=threads)) for threads in (1, 2)]
    save("both", *both)
    out = gate("both.json", "--baseline", "both.json", "--fail-if-slower", "5%")[1]
    assert "avg cpu batch 1, 1 thread " in out
    assert "avg cpu batch 1, 2 threads" in out


def test_json_holds_what_is_printed_and_the_exit_code_stays(gate, save):
    old, new = save("old", *rows(1, 9_964)), save("new", *rows(1.1, 9_964))
    code, out, err = gate(new, "--baseline", old, *LIMITS, "--format", "json")
    fields = json.loads(out)
    assert code == 5
    assert (fields["schema"], fields["verdict"]) == ("onnx-bench/gate", "slower")
    assert fields["sentence"] in err
    assert [row["verdict"] for row in fields["rows"]] == ["passed"] * 2 + ["slower"] * 2
    slower = fields["rows"][2]
    assert slower["case"]["model"] == "max"
    assert 1.05 < slower["ratio"]["low"] < 1.1 < slower["ratio"]["high"]
    assert slower["accuracy_drop"]["value"] == 0


def test_a_figure_that_is_added_is_in_the_json_of_a_gate(gate, save, monkeypatch):
    made_up = figures.Figure("growth", "Growth", "bytes", "lower", lambda row: 4096)
    monkeypatch.setattr(figures, "FIGURES", (*figures.FIGURES, made_up))
    same = save("same", *rows(1, 9_964))
    out = gate(same, "--baseline", same, *LIMITS, "--format", "json")[1]
    (growth,) = {row["figures"]["growth"]["value"] for row in json.loads(out)["rows"]}
    assert growth == 4096
    schemas.check("gate", json.loads(out))


def test_the_history_is_a_baseline(gate, tmp_path):
    for day, seconds in ((1, 67e-6), (2, 67e-6), (3, 67e-6), (4, 67e-6), (20, 73.7e-6)):
        path = tmp_path / f"{day}.json"
        path.write_text(reports.saved(summarise(runs.run(day, seconds))))
    adding = ["history", *(word for day in (1, 2, 3) for word in ("--add", f"{day}.json"))]
    assert main(adding) == 0
    arguments = ("--baseline", "history", "--fail-if-slower", "5%")
    assert gate("4.json", *arguments)[0] == 0
    assert gate("20.json", *arguments)[0] == 5
    code, out, _ = gate("20.json", *arguments, "--since", "2026-01-02")
    assert code == 0
    assert "2 comparable runs in the history are too few" in " ".join(out.split())
    assert gate("20.json", *arguments, "--since", "2026-01-20T01:00+02:00")[0] == 0


def test_a_history_that_nobody_named_may_not_be_there_yet(gate, save):
    new = save("new", reports.measured())
    code, out, _ = gate(new, "--baseline", "history", *LIMITS)
    assert code == 0
    assert "0 comparable runs in the history are too few" in " ".join(out.split())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "A gate needs a baseline"),
        (["--baseline", "new.json"], 2, "A gate needs a limit"),
        (["--baseline", "new.json", "--fail-if-slower", "fast"], 2, "is not a share"),
        (["--baseline", "new.json", *LIMITS, "--format", "xml"], 2, "xml"),
        (["--baseline", "new.json", *LIMITS, "--since", "2026-01-01"], 2, "--since belongs"),
        (["--baseline", "history", *LIMITS, "--since", "spring"], 2, "is not a date"),
        (["--baseline", "history", *LIMITS, "--history-file", "."], 1, "cannot be"),
        (["--baseline", "history", *LIMITS, "--history-file", "no.db"], 1, "no history at no.db"),
        (["--baseline", "gone", *LIMITS], 1, "cannot be read"),
        (["--baseline", "elsewhere.json", *LIMITS], 1, "different machines"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(gate, save, arguments, code, said):
    save("new", reports.measured())
    save("elsewhere", reports.measured(), environment={**reports.ENVIRONMENT, "cpu": "Other"})
    ended, out, err = gate("new.json", *arguments)
    assert (ended, out) == (code, "")
    assert said in err


def commands_of_the_example():
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    workflow = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    assert {"pull_request", "push"} == set(workflow[True])  # YAML 1.1 reads `on` as true
    lines = [
        step["run"]
        for job in workflow["jobs"].values()
        for step in job["steps"]
        if step.get("run", "").startswith("bench ")
    ]
    assert len(lines) >= 5
    for line in lines:
        words = shlex.split(line.partition(" >> ")[0])
        yield [word.replace("$MODEL", "avg").replace("$DATASET", "mnist") for word in words[1:]]


def test_every_command_of_the_example_is_one_that_the_command_line_takes():
    group = typer.main.get_command(make_app())
    for name, *arguments in commands_of_the_example():
        command = group.get_command(None, name)
        with command.make_context(name, list(arguments)) as context:
            assert context.params


def test_the_commands_of_the_example_do_what_it_says(gate, tmp_path, capsys):
    """All but the measuring ones, on a report that is saved where the example saves it."""
    commands = [words for words in commands_of_the_example() if words[0] not in ("run", "compare")]
    assert [words[0] for words in commands] == ["report", "gate", "history", "history"]
    show, judge, add, history = commands
    day = 0

    def measured(seconds=67e-6):
        nonlocal day
        day += 1
        run = summarise(runs.run(day, seconds, correct=9_964))
        (tmp_path / "report.json").write_text(reports.saved(run))

    for _ in range(3):
        measured()
        assert main(judge) == 0
        assert "too few, it takes 3" in " ".join(capsys.readouterr().out.split())
        assert main(add) == 0
    measured()
    assert main(judge) == 0
    assert main(show) == main(history) == 0
    measured(73.7e-6)
    assert main(judge) == 5
