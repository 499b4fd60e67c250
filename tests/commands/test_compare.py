"""`bench compare` on saved reports, where every figure is known beforehand."""

import json
import shlex
from dataclasses import replace

import pytest
import reports

from bench.analysis.summary import summarise
from bench.cli import main
from bench.console import messages, results
from bench.engine.plan import Planned


@pytest.fixture(autouse=True)
def fresh_consoles():
    """Consoles that write to the streams of this test."""
    for console in (messages, results):
        console.cache_clear()
    yield
    for console in (messages, results):
        console.cache_clear()


def saved(tmp_path, name, *outcomes, **others):
    path = tmp_path / f"{name}.json"
    path.write_text(reports.saved(summarise(reports.report(*outcomes, **others))))
    return str(path)


@pytest.fixture
def pair(tmp_path):
    """An old report, and a new one that is slower by a tenth."""
    return [
        saved(tmp_path, "old", reports.measured(seconds=100e-6, replicates=5, spread=0.002)),
        saved(tmp_path, "new", reports.measured(seconds=110e-6, replicates=5, spread=0.002)),
    ]


def test_the_verdict_is_one_sentence_with_the_ratio_and_its_interval(
    pair, capsys, monkeypatch, golden
):
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["compare", *pair, "--between-runs", "0.5%"]) == 0
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    golden("compare-80.txt", "\n".join(lines) + "\n")


def other_file(path):
    case = reports.case()
    return replace(case, model=replace(case.model, path=path, sha256=path))


@pytest.mark.parametrize(
    ("names", "advice"),
    [
        (("a.onnx", "b.onnx"), "Measure both at once: bench run a.onnx b.onnx"),
        (("a.onnx", "a.onnx"), "Add runs of three days or more to the history"),
    ],
)
def test_a_difference_within_the_spread_of_runs_says_how_to_tell_it(
    names, advice, tmp_path, capsys
):
    sides = [
        saved(tmp_path, side, reports.measured(other_file(name), seconds, replicates=5))
        for side, name, seconds in zip(("old", "new"), names, (100e-6, 103e-6), strict=True)
    ]
    assert main(["compare", *sides]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "inconclusive, since two runs differ as much anyway (0.97" in said
    assert advice in said
    assert "Runs of one model are taken to differ by 2.0 % (standard deviation)" in said
    assert main(["compare", *sides, "--between-runs", "0.2%"]) == 0
    assert "takes 1.030 × the time of" in capsys.readouterr().out


@pytest.mark.parametrize(("limit", "code"), [("5%", 5), ("0.05", 5), ("9%", 5), ("15%", 0)])
def test_the_gate_closes_only_where_the_whole_interval_is_beyond_it(pair, limit, code, capsys):
    assert main(["compare", *pair, "--fail-if-slower", limit, "--between-runs", "0.1%"]) == code
    error = capsys.readouterr().err
    assert ("is slower by at least" in error) == (code == 5)


def test_a_gate_that_the_interval_cannot_decide_is_inconclusive(tmp_path, capsys):
    noisy = [
        saved(tmp_path, name, reports.measured(seconds=seconds, replicates=3, spread=0.05))
        for name, seconds in (("old", 100e-6), ("new", 110e-6))
    ]
    assert main(["compare", *noisy, "--fail-if-slower", "5%"]) == 0
    assert "inconclusive: avg cpu batch 1: it may be slower by up to" in capsys.readouterr().out


def test_faster_never_closes_the_gate(pair):
    assert main(["compare", *reversed(pair), "--fail-if-slower", "1%"]) == 0


def test_reports_of_different_machines_are_refused_unless_asked_for(pair, tmp_path, capsys):
    other = saved(
        tmp_path, "other", reports.measured(), environment={**reports.ENVIRONMENT, "cpu": "Other"}
    )
    assert main(["compare", pair[0], other]) == 1
    assert "different machines" in capsys.readouterr().err
    assert main(["compare", pair[0], other, "--across-machines"]) == 0


def test_reports_without_a_common_workload_have_nothing_to_compare(pair, tmp_path, capsys):
    other = saved(tmp_path, "other", reports.measured(reports.case(batch=7)))
    assert main(["compare", pair[0], other]) == 3
    assert "no two rows to compare" in capsys.readouterr().err


@pytest.mark.parametrize("contenders", [1, 3])
def test_a_report_needs_exactly_one_other_contender(pair, contenders, capsys):
    assert main(["compare", *(pair * 2)[:contenders]]) == 2
    assert "one other contender" in capsys.readouterr().err


def test_a_model_that_both_reports_have_is_compared_with_itself_alone(tmp_path, capsys):
    old = saved(tmp_path, "old", reports.measured(reports.case("max"), 50e-6))
    new = saved(tmp_path, "new", reports.measured(), reports.measured(reports.case("max"), 50e-6))
    assert main(["compare", old, new, "--format", "json"]) == 0
    with_itself, alone = json.loads(capsys.readouterr().out)["comparisons"]
    assert with_itself["baseline"]["case"]["model"] == "max"
    assert with_itself["candidate"]["case"]["model"] == "max"
    assert (alone["baseline"]["status"], alone["ratio"]) == ("absent", None)
    assert main(["compare", old, new, "--fail-if-slower", "5%"]) == 0
    assert "against avg" not in capsys.readouterr().out


def test_reports_that_differ_in_their_seed_are_compared(tmp_path):
    sides = [
        saved(tmp_path, str(seed), reports.measured(reports.case(seed=seed))) for seed in (1, 2)
    ]
    assert main(["compare", *sides]) == 0


def test_a_model_against_itself_is_for_the_self_test(capsys):
    assert main(["compare", "avg", "avg"]) == 2
    assert "bench selftest" in capsys.readouterr().err


def test_a_contender_that_failed_outweighs_the_rows_that_compare(tmp_path, capsys, monkeypatch):
    from bench.domain import Failed, Invalid
    from bench.engine import contenders
    from bench.engine.measure import Measured

    rows = [reports.measured(), reports.measured(reports.case("max"), 50e-6)]
    broken = reports.case("max", batch=8)
    ends = {1: Failed(broken, "killed by SIGSEGV"), 4: Invalid(broken, "wrong outputs")}
    for code, ended in ends.items():
        summary = summarise(reports.report(*rows, reports.measured(reports.case(batch=8)), ended))
        measured = Measured(summary, None)
        monkeypatch.setattr(contenders, "measure", lambda *asked, ended=measured, **others: ended)
        assert main(["compare", "avg", "max", "--fail-if-slower", "5%", "--no-save"]) == code
        printed = capsys.readouterr()
        assert "max takes 0.746 × the time of avg" in " ".join(printed.out.split())
        assert ended.reason in printed.err


def test_one_replicate_is_told_with_what_to_do_whatever_ended_it(tmp_path, capsys):
    pair = [saved(tmp_path, name, reports.measured(replicates=1)) for name in ("old", "new")]
    assert main(["compare", *pair]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "one replicate is too few. Let it run longer, until it has two or more." in said


def test_a_disturbed_machine_is_said_beside_a_verdict_that_holds_all_the_same(capsys, monkeypatch):
    from bench.engine import contenders
    from bench.engine.measure import Measured

    marked = [(replicate, number) for replicate in range(3) for number in range(4)]
    slow = reports.measured(reports.case("max"), 99e-6, disturbed=marked)
    measured = Measured(summarise(reports.report(reports.measured(disturbed=marked), slow)), None)
    monkeypatch.setattr(contenders, "measure", lambda *asked, **others: measured)
    assert main(["compare", "avg", "max", "--fail-if-slower", "5%", "--no-save"]) == 5
    printed = " ".join(capsys.readouterr().out.split())
    assert "max takes 1.478 × the time of avg" in printed
    assert "Environment unsuitable: 100 % of the slots were disturbed" in printed


def test_models_with_other_inputs_are_refused_before_they_are_measured(capsys, monkeypatch):
    from bench.domain import Tensor
    from bench.engine import contenders
    from bench.engine.measure import Measured

    cases = []
    for name, shape in (("image", (1, 3, 8, 8)), ("text", (1, 128))):
        known = reports.case(name)
        inputs = (Tensor("x", "float32", shape),)
        cases.append(replace(known, model=replace(known.model, inputs=inputs)))

    def measure(asked, watch, accept, needed):
        accept([Planned(case) for case in cases])
        outcomes = map(reports.measured, cases)
        return Measured(
            summarise(replace(reports.report(*outcomes), match=asked.subject.match)), None
        )

    monkeypatch.setattr(contenders, "measure", measure)
    assert main(["compare", "avg", "max", "--no-save"]) == 2
    refused = capsys.readouterr().err
    assert "image and text take different inputs" in refused
    assert "--compare-anyway" in refused
    assert main(["compare", "avg", "max", "--no-save", "--compare-anyway"]) == 0
    assert "image" in capsys.readouterr().out


def test_one_row_is_refused_before_it_is_measured(capsys, monkeypatch):
    from bench.engine import contenders

    def measure(asked, watch, accept, needed):
        accept([Planned(reports.case("avg"))])

    monkeypatch.setattr(contenders, "measure", measure)
    assert main(["compare", "avg", "--no-save"]) == 2
    refused = capsys.readouterr().err
    assert "nothing to compare it with" in refused
    assert "several targets (-p) or batches (-b)" in refused


def test_batches_are_compared_by_the_time_per_item(capsys):
    from bench.analysis.summary import with_batches
    from bench.formats import table
    from bench.views.comparison import ComparisonView

    rows = [reports.measured(reports.case(batch=batch)) for batch in (1, 8)]
    compared = with_batches(summarise(reports.report(*rows)))
    text = table.plugin.render(ComparisonView(compared), width=80, colour=False)
    assert "Ratio: time per item over the baseline's" in text


def test_reports_of_models_with_other_inputs_are_refused_too(tmp_path, capsys):
    from bench.domain import Tensor

    sides = []
    for name, shape in (("image", (1, 3, 8, 8)), ("text", (1, 128))):
        known = reports.case(name)
        fed = replace(known, model=replace(known.model, inputs=(Tensor("x", "float32", shape),)))
        sides.append(saved(tmp_path, name, reports.measured(fed)))
    assert main(["compare", *sides]) == 2
    assert "image and text take different inputs" in capsys.readouterr().err
    assert main(["compare", *sides, "--compare-anyway"]) == 0


@pytest.mark.parametrize("format", ["table", "markdown", "csv", "json", "html"])
def test_every_format_shows_the_ratio_and_writes_it_to_a_file(pair, tmp_path, format, capsys):
    output = tmp_path / "shown"
    arguments = [
        "compare",
        *pair,
        "--fail-if-slower",
        "5%",
        "--between-runs",
        "0.5%",
        "--format",
        format,
    ]
    assert main([*arguments, "--output", str(output)]) == 5
    assert capsys.readouterr().out == ""
    shown = output.read_text(encoding="utf-8")
    assert ("takes 1.100 " if format != "csv" else ",slower,1.1") in shown
    if format != "csv":
        assert "avg cpu batch 1 is slower by at least" in " ".join(shown.split())


@pytest.mark.parametrize("target", ["null:cpu@evil==1", "null:cpu[load=/evil.so]"])
def test_a_report_starts_no_interpreter_and_passes_no_option_that_it_names(
    target, tmp_path, capsys
):
    case = reports.case(target=target)
    old = saved(tmp_path, "old", reports.measured(case))
    assert main(["compare", old, "avg", "--across-machines"]) == 2
    assert f"--provider {shlex.quote(target)}" in capsys.readouterr().err


def test_a_comparison_of_which_nothing_can_come_ends_with_the_reason(tmp_path, capsys, monkeypatch):
    """It used to measure the good one alone, until that was known within 1 %."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.onnx").write_bytes(b"\x08")
    assert main(["compare", "avg", "broken.onnx", "--no-wait", "--budget", "9"]) == 1
    told = capsys.readouterr()
    assert "There is nothing to compare. broken " in told.err
    assert "is damaged or not an ONNX model" in told.err
    assert not (tmp_path / "reports").exists()
