"""The same two rows get the same ruling, the same sentence and the same exit code everywhere."""

import json

import pytest
import reports
import schemas

from bench.analysis.judge import Limits, judge
from bench.analysis.summary import summarise, with_batches
from bench.cli import main
from bench.console import messages, results
from bench.domain import Failed, Invalid

LIMIT = ("--fail-if-slower", "5%", "--between-runs", "0.5%")
DISTURBED = [(0, 0), (0, 1), (1, 2)]


@pytest.fixture(autouse=True)
def fresh_consoles():
    """Consoles that write to the streams of this test."""
    for console in (messages, results):
        console.cache_clear()
    yield
    for console in (messages, results):
        console.cache_clear()


def row(model="avg", seconds=100e-6, **others):
    return reports.measured(reports.case(model), seconds, spread=0.002, **others)


FAILED = Failed(reports.case("max"), "killed by SIGSEGV")
INVALID = Invalid(reports.case("max"), "812 of 10000 predictions differ")
PAIRS = {
    "equal": ([row()], [row()], 0, ["passed"]),
    "slower": ([row()], [row(seconds=120e-6)], 5, ["slower"]),
    "faster": ([row()], [row(seconds=80e-6)], 0, ["passed"]),
    "two slower": (
        [row(), row("max")],
        [row(seconds=120e-6), row("max", 130e-6)],
        5,
        ["slower", "slower"],
    ),
    "new disturbed": ([row()], [row(seconds=200e-6, disturbed=DISTURBED)], 0, ["inconclusive"]),
    "old disturbed": ([row(disturbed=DISTURBED)], [row(seconds=200e-6)], 0, ["inconclusive"]),
    "one replicate": ([row()], [row(seconds=200e-6, replicates=1)], 0, ["inconclusive"]),
    "lacking": ([row(), row("max")], [row()], 0, ["passed", "inconclusive"]),
    "added": ([row()], [row(), row("max")], 0, ["passed", "inconclusive"]),
    "failed": ([row(), row("max")], [row(), FAILED], 1, ["passed", "failed"]),
    "all failed": ([row("max")], [FAILED], 1, ["failed"]),
    "wrong": ([row(), row("max")], [row(), INVALID], 4, ["passed", "wrong"]),
    "slower and failed": (
        [row(), row("max")],
        [row(seconds=120e-6), FAILED],
        5,
        ["slower", "failed"],
    ),
}


@pytest.fixture
def saved(tmp_path):
    def save(name, outcomes):
        path = tmp_path / f"{name}.json"
        path.write_text(reports.saved(summarise(reports.report(*outcomes))))
        return str(path)

    return save


@pytest.mark.parametrize("kind", PAIRS)
def test_compare_and_gate_say_the_same(kind, saved, capsys):
    old, new, code, rulings = PAIRS[kind]
    old, new = saved("old", old), saved("new", new)
    commands = (["compare", old, new], ["gate", new, "--baseline", old])
    said, errors = [], []
    for command in commands:
        assert main([*command, *LIMIT, "--format", "json"]) == code
        printed = capsys.readouterr()
        said.append(json.loads(printed.out))
        errors.append(printed.err)
    for schema, document in zip(("comparison", "gate"), said, strict=True):
        schemas.check(schema, document)
    judged, gated = said[0]["judgement"], said[1]
    assert judged == {key: gated[key] for key in judged}
    assert [judged_row["verdict"] for judged_row in judged["rows"]] == rulings
    assert errors[0] == errors[1]


@pytest.mark.parametrize("kind", PAIRS)
def test_what_is_printed_is_the_same_as_well(kind, saved, capsys):
    old, new = (saved(name, PAIRS[kind][side]) for side, name in enumerate(("old", "new")))
    compared, gated = [], []
    for lines, command in (
        (compared, ["compare", old, new]),
        (gated, ["gate", new, "--baseline", old]),
    ):
        main([*command, *LIMIT, "--format", "markdown"])
        lines += [text.strip("*\n") for text in capsys.readouterr().out.split("\n\n")]
    told = [text for text in gated if text and text[0] not in "|#"]
    assert told
    assert set(told) <= set(compared)


def test_a_document_that_is_not_as_published_is_noticed(saved, capsys):
    path = saved("same", [row()])
    assert main(["gate", path, "--baseline", path, *LIMIT, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    schemas.check("gate", document)
    for broken in (
        {**document, "verdict": "fine"},
        {**document, "rows": [{**document["rows"][0], "ratio": 1.0}]},
        {key: value for key, value in document.items() if key != "sentence"},
    ):
        with pytest.raises(AssertionError):
            schemas.check("gate", broken)


def test_a_row_that_failed_in_the_second_report_is_named_without_a_limit(saved, capsys):
    old, new = saved("old", [row(), row("max")]), saved("new", [row(), FAILED])
    assert main(["compare", old, new]) == 0
    assert "max cpu batch 1: killed by SIGSEGV" in capsys.readouterr().out


def test_a_single_replicate_closes_no_gate_on_contenders_that_took_turns():
    alone = summarise(reports.report(row(replicates=1), row("max", 200e-6, replicates=1)))
    (judged,) = judge(with_batches(alone), Limits(slower=0.05)).rows
    assert judged.ruling == "inconclusive"
    assert judged.advice[0].startswith("one replicate is too few")
    calm = summarise(reports.report(row(), row("max", 200e-6)))
    assert judge(with_batches(calm), Limits(slower=0.05)).ruling == "slower"
