"""What the complete replicates amount to is computed once after each."""

from bench.analysis.pairs import table_rounds
from bench.engine import standing


def test_ratios_are_made_once_a_replicate(make_sweep, monkeypatch):
    made = []

    def counted(*arguments):
        made.append(arguments)
        return table_rounds(*arguments)

    monkeypatch.setattr(standing, "table_rounds", counted)
    swept = make_sweep()
    swept.run()
    assert len(made) == 1 + swept.sweep.ledger.replicates
