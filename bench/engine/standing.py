"""What the complete replicates of a run amount to, computed once after each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bench.analysis.matching import Pair
from bench.analysis.pairs import table_rounds, times_alone
from bench.domain import Report
from bench.records.ledger import Ledger
from bench.statistics.estimate import Estimate
from bench.statistics.rounds import Rounds
from bench.statistics.statistic import Statistic


@dataclass(frozen=True, slots=True)
class Standing:
    """The report so far, with the ratio and the rounds of each two rows that are compared.

    `alone` has the times of rows that are compared with none, each as a share of itself.
    """

    report: Report
    ratios: Mapping[Pair, Estimate]
    rounds: Mapping[Pair, Rounds]
    alone: Mapping[int, Estimate]

    @classmethod
    def of(cls, ledger: Ledger, judged: Statistic) -> "Standing":
        """What a ledger amounts to, with ratios of the statistic that is judged."""
        report = ledger.report()
        ratios, rounds = table_rounds(report.outcomes, report.match, judged)
        return cls(report, ratios, rounds, times_alone(report.outcomes, ratios))

    def open(self, alive: Collection[int]) -> list[Estimate]:
        """What more replicates make narrower: ratios of two rows that are alive, and lone times."""
        return [
            *(ratio for pair, ratio in self.ratios.items() if set(alive).issuperset(pair)),
            *(time for index, time in self.alone.items() if index in alive),
        ]

    def rounds_of(self, alive: Collection[int]) -> list[Rounds]:
        """The log-ratios of each two rows that are alive, by replicate and round."""
        return [rounds for pair, rounds in self.rounds.items() if set(alive).issuperset(pair)]
