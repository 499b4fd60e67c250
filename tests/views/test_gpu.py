"""What a report says of a GPU, where one computed."""

from dataclasses import replace

import reports

from bench.analysis.summary import summarise
from bench.views.columns import columns
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
