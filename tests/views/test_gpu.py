"""What a report says of a GPU, where one computed."""

from dataclasses import replace

import reports

from bench.analysis.summary import summarise
from bench.views.columns import columns
from bench.views.profile import ProfileView
from bench.views.sentences import machine

CARD = "NVIDIA H200"


def summary(**memory):
    row = reports.measured(reports.case("avg"))
    row = replace(row, opened=tuple(replace(each, memory=memory) for each in row.opened))
    where = {**reports.ENVIRONMENT, "gpu": CARD} if memory else None
    return summarise(reports.report(row, environment=where))


def test_memory_on_a_gpu_is_a_figure_of_the_row_that_has_it():
    told = summary(warm_up=10**8, gpu=734_003_200)
    (column,) = [each for each in columns([told]) if each.heading == "GPU memory"]
    assert column.text(told.rows[0]) == "734 MB"
    assert "GPU memory" not in [each.heading for each in columns([summary()])]


def test_the_gpu_is_named_with_the_machine():
    assert CARD in machine(summary(gpu=1))
    assert CARD not in machine(summary())


def test_clock_power_and_temperature_are_medians_of_the_slots():
    row = reports.measured(reports.case("avg"), rounds=1)
    said = [
        {"clock": mhz * 1e6, "reasons": 0, "power": 412.3, "temperature": 61}
        for mhz in (345, 1980, 1965)
    ]
    slots = tuple(replace(slot, gpu=gpu) for slot, gpu in zip(row.slots, said, strict=True))
    told = summarise(reports.report(replace(row, slots=slots)))
    shown = {each.heading: each.text(told.rows[0]) for each in columns([told])}
    assert shown["GPU clock"] == "1,965 MHz"
    assert (shown["GPU power"], shown["GPU temperature"]) == ("412 W", "61 °C")


def test_a_profile_of_launches_says_so_and_gives_no_rates():
    kernel = {
        "name": "k",
        "operator": "Conv",
        "provider": "CUDAExecutionProvider",
        "seconds": 2e-6,
        "moved": 1000,
        "index": 0,
        "nodes": ["n"],
        "operators": ["Conv"],
        "multiply_accumulates": 1000,
    }
    profile = {
        "model": "m",
        "target": "onnxruntime:cuda",
        "batch": 1,
        "threads": 1,
        "calls": 3,
        "runtime_version": "1",
        "kernels": [kernel],
        "traced": 3e-5,
        "plain": 2e-5,
        "ceilings": {"flops": 6e13, "bytes": 3e12},
    }
    made = {"created": "2026-11-28T10:00:00+00:00", "environment": {}}
    launched = {**profile, "timed": "launch"}
    table, sentence, _ = ProfileView({**made, "profiles": [launched]}).blocks()
    assert [column.heading for column in table.columns][2:] == ["Launch time", "Share"]
    assert {len(row) for row in table.rows} == {4}
    assert "in launching kernels" in sentence.text
    table, sentence, _ = ProfileView({**made, "profiles": [profile]}).blocks()
    assert [column.heading for column in table.columns][4:] == ["GFLOP/s", "GB/s"]
    assert "launching" not in sentence.text
