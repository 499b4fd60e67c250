"""A whole search on a machine that follows a script: what is picked, confirmed and shipped."""

import math
from dataclasses import asdict, replace
from types import SimpleNamespace

import pytest
import reports
from scripted import RAN, FakeLaunch, FakeWorker

from bench.analysis.racing import ranking
from bench.analysis.summary import summarise
from bench.analysis.tuning import DEFAULT, Aim, Bounds, described
from bench.domain import Asked, Skipped, Subject
from bench.engine.budget import Budget
from bench.engine.plan import Planned
from bench.engine.sweep import Sweep
from bench.engine.tuning import search
from bench.engine.tuning.narrowing import Narrowing
from bench.engine.tuning.races import Races
from bench.engine.tuning.space import Space
from bench.engine.watch import Unwatched
from bench.errors import NothingMeasured
from bench.host.turn import turn
from bench.records.journal import Journal
from bench.records.ledger import Ledger


def place(target="cpu", threads=1):
    return Planned(reports.case("m.onnx", target, threads=threads))


AIM = Aim()
OPTIONS = {"onnxruntime:cpu": {"arena": ("0",), "spinning": ("0",)}, "openvino:cpu": {}}
PLACES = Space(
    (place(), place(threads=2), place("openvino:cpu")), narrowing=Narrowing(options=OPTIONS)
)


def worker(seconds):
    """Opens any case; `seconds` tells those of a call by provider, threads and options."""

    def open_(provider, workload, **_):
        threads, options = workload["threads"], dict(workload["options"])
        made.told = (provider, threads, options)
        ran = {**RAN, "threads": threads, "options": options}
        return {"ran": ran, "cold": {"load": 0, "first": 0, "second": 0}}

    def slot(**_):
        return {"samples": [seconds(*made.told)], "disturbed": None}

    made = FakeWorker(open=open_, slot=slot)
    return made


@pytest.fixture
def found():
    """What a search of PLACES finds where calls take these seconds."""

    def run(seconds, space=PLACES, aim=AIM):
        def measure(rows, effort, losing):
            ledger = Ledger(reports.header(*(row.encode() for row in rows), effort=asdict(effort)))
            launch = FakeLaunch(lambda number: worker(seconds))
            followed = (lambda progress: None, lambda report: None)
            Sweep(
                rows, ledger, Journal(None), effort, *followed, launch=launch, losing=losing
            ).run()
            return summarise(ledger.report())

        told_of = []
        return search.search(space, aim, Budget(), measure, told_of.append), told_of

    return run


def test_a_default_that_did_not_fit_is_told_apart_from_one_that_cannot_run():
    reason = "did not fit into --budget 60s"
    rows = [replace(place(), ended=Skipped(place().case, reason)), place(threads=2)]

    def measure(rows, effort, losing):
        ledger = Ledger(reports.header(*(row.encode() for row in rows), effort=asdict(effort)))
        followed = (lambda progress: None, lambda report: None)
        Sweep(rows, ledger, Journal(None), effort, *followed, launch=FakeLaunch()).run()
        return summarise(ledger.report())

    for seconds, hint in ((0, "Give it a longer --budget."), (60, "Try `bench run` first.")):
        with pytest.raises(NothingMeasured, match=reason) as raised:
            Races(Aim(), Budget(seconds), measure, print).race(rows)
        assert raised.value.hint == hint


def test_no_other_run_measures_between_the_steps_of_a_search(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(search, "_prospect", lambda *_: SimpleNamespace(space=PLACES))

    def beside(*_):
        with turn(False, lambda sentence: None, lambda: 0.0) as alone:
            return alone

    monkeypatch.setattr(search, "search", beside)
    assert search.tune(Asked(Subject(("max",))), Aim(), Unwatched) is False


def test_settings_that_help_are_tried_together_confirmed_and_shipped(found):
    helps = {"arena": 0.95, "spinning": 0.9}
    result, told_of = found(
        lambda provider, threads, options: (
            1e-4 / threads * math.prod(helps[name] for name in options)
        )
    )
    shipped = result.confirmed.rows[result.shipped].outcome.case
    assert described(shipped) == {
        **{"target": "onnxruntime:cpu", "format": "fp32", "threads": "2", "batch": "1"},
        **{"arena": "0", "spinning": "0"},
    }
    assert result.gain.value == pytest.approx(0.5 * 0.95 * 0.9)
    assert [part.name for part in result.parts] == ["threads", "arena", "spinning"]
    assert [len(race.rows) for race in result.tried] == [3, 4, 3]
    assert told_of[0].startswith("The space: 2 places") and "Best place: " in told_of[1]
    assert told_of[2] == "Those that help, together: 1 combination."


def test_settings_of_a_place_close_to_the_best_may_make_it_the_best(found):
    """Two threads alone are slower by 5 %, and without spinning faster by 10 %."""

    def seconds(provider, threads, options):
        helps = 0.85 if threads == 2 and "spinning" in options else 1.0
        return 1e-4 * helps * (1.05 if threads == 2 else 1.0)

    result, told_of = found(seconds)
    shipped = result.confirmed.rows[result.shipped].outcome.case
    assert (shipped.workload.threads, dict(shipped.target.options)) == (2, {"spinning": "0"})
    assert "and 2 close to it. Settings, each alone: 4 of arena, spinning." in told_of[1]


def test_where_nothing_runs_that_was_asked_for_the_default_is_not_tuned_instead(found):
    reason = "The CUDA provider cannot be loaded: libcudart.so.13 is missing."
    there = place("cuda")
    missing = replace(there, ended=Skipped(there.case, reason))
    space = Space((place(), missing), default_is_asked=False)
    with pytest.raises(NothingMeasured, match=r"The only one .* libcudart\.so\.13") as raised:
        found(lambda provider, threads, options: 1e-4, space)
    assert "bench doctor" in raised.value.hint


def test_a_default_that_was_not_asked_for_is_told_nothing(found):
    """It is the fastest by far; settings are of what was asked for, which may become the best."""
    places = Space(PLACES.tried[:2], narrowing=PLACES.narrowing, default_is_asked=False)
    result, _ = found(
        lambda provider, threads, options: 1e-4 * (1 if threads == 1 else 3 * 0.2 ** len(options)),
        places,
    )
    settings = {row.outcome.case.workload.threads for row in result.tried[1].rows[1:]}
    assert settings == {2}
    assert result.confirmed.rows[result.shipped].outcome.case.workload.threads == 2


def test_a_space_without_differences_ends_with_the_default(found):
    result, _ = found(lambda provider, threads, options: 1e-4)
    assert result.shipped == DEFAULT and result.verdict != "faster"


def test_a_place_that_loses_accuracy_on_all_items_gives_way_to_the_next():
    """A sample has too few of the items that the fastest answers wrong."""
    named = {"int8": 0.5, "fp16": 0.7, "fp32": 1.0}
    rows = [
        replace(row, case=replace(row.case, workload=replace(row.case.workload, precision=name)))
        for name, row in zip(("fp32", "fp16", "int8"), [place()] * 3, strict=True)
    ]
    counted = {"int8": 9_900, "fp16": 9_960, "fp32": 9_960}

    def measured(row, replicates):
        name = row.case.workload.precision
        counts = (1_990, 2_000) if row.most_items else (counted[name], 10_000)
        made = reports.measured(
            row.case, 6e-5 * named[name], reports.accuracy(*counts), replicates=replicates
        )
        ran = replace(made.opened[0].ran, precision=name)
        return replace(made, opened=tuple(replace(each, ran=ran) for each in made.opened))

    def measure(planned, effort, losing):
        return summarise(reports.report(*(measured(row, effort.most) for row in planned)))

    races = Races(Aim(bounds=Bounds(drop=0.001)), Budget(), measure, lambda told: None)
    race = races.race(rows)
    ranked = [rows[index] for index in ranking(race.report.outcomes, races.aim)]
    assert [row.case.workload.precision for row in ranked] == ["int8", "fp16", "fp32"]
    assert races.right(ranked, rows[0], rows[0]) is rows[1]
    counted["fp16"] = 9_000
    assert races.right(ranked, rows[0], rows[0]) is rows[0]
    assert races.right(rows, rows[0], rows[0]) is rows[0]


def test_a_default_beyond_a_limit_is_told_where_nothing_is_within_it(found):
    result, _ = found(lambda provider, threads, options: 1e-4, aim=Aim(bounds=Bounds(load=-1.0)))
    assert result.shipped == DEFAULT and "to load" in result.refused
