"""The first screen calls R² what it is, and a share of answers that."""

import numpy
import pytest
import reports

from bench.accuracy.regression import judged
from bench.analysis.summary import summarise
from bench.models.feed.dataset import Dataset
from bench.views.page.answer import answers

WANTED = numpy.array([1.0, 2.0, 3.0, 6.0])
NUMBERS = judged(WANTED + 0.5, Dataset("d.npz", None, WANTED, prepare=numpy.copy))


@pytest.mark.parametrize(
    ("counted", "said"),
    [(reports.accuracy(), "99.64 % of 10,000 answers ("), (NUMBERS, "R² 92.85 % (")],
)
def test_how_right_the_fastest_is_is_said_in_the_words_of_its_metric(counted, said):
    outcomes = [
        reports.measured(reports.case(name), counts=counted, seconds=seconds)
        for name, seconds in (("avg", 1e-3), ("max", 2e-3))
    ]
    (table,) = answers("", summarise(reports.report(*outcomes)))
    facts = {name.text: cell.text for name, cell in table.rows}
    assert facts["Still right"].startswith(said)
