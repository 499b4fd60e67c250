"""The contract's checks catch sessions that lie: a suite that cannot fail proves nothing."""

import contract
import numpy
import pytest

from bench.domain import Ran

X = numpy.arange(6, dtype="float32").reshape(2, 3)
FIRST = {"x": X}, (2 * X,)
SECOND = {"x": X + 1}, (2 * (X + 1),)


class HonestSession:
    """Doubles its input."""

    providers: dict = {"cpu": 1}  # noqa: RUF012 - replaced by one liar
    latest = None

    def ran(self):
        return Ran(self.providers, {}, "1.0", threads=1, precision="fp32")

    def bind(self, inputs):
        def call():
            self.latest = 2 * inputs["x"]

        return call

    def outputs(self):
        return (self.latest,)


class StaleSession(HonestSession):
    """Keeps the buffer of its first call."""

    def bind(self, inputs):
        return super().bind(inputs) if self.latest is None else lambda: None


class EarlySession(HonestSession):
    """Returns before the work is done: it is done in the next call."""

    pending = staticmethod(lambda: None)

    def bind(self, inputs):
        work = super().bind(inputs)

        def call():
            self.pending()
            self.pending = work

        return call

    def outputs(self):
        return (numpy.zeros_like(X) if self.latest is None else self.latest,)


class SometimesSession(HonestSession):
    """Right at first, wrong from the second call of a binding on."""

    def bind(self, inputs):
        calls = []

        def call():
            calls.append(1)
            self.latest = 2 * inputs["x"] + (len(calls) > 1)

        return call


class OverwritingSession(HonestSession):
    """Computes in place."""

    def bind(self, inputs):
        def call():
            inputs["x"] *= 2
            self.latest = inputs["x"]

        return call


class FallenBackSession(HonestSession):
    """Asked for cuda, runs on the cpu, and reads that back."""

    providers = {"cpu": 3}  # noqa: RUF012


def copied(feed):
    return {name: array.copy() for name, array in feed[0].items()}, feed[1]


def all_checks(session, providers=("cpu",)):
    contract.check_right(session, *copied(FIRST))
    contract.check_not_stale(session, copied(FIRST), copied(SECOND))
    contract.check_inputs_kept(session, copied(FIRST)[0])
    contract.check_ran(session, providers, "1.0", threads=1)


def test_an_honest_session_passes():
    all_checks(HonestSession())


@pytest.mark.parametrize("liar", [StaleSession, EarlySession, SometimesSession, OverwritingSession])
def test_a_lying_session_is_caught(liar):
    with pytest.raises(AssertionError):
        all_checks(liar())


def test_a_fallback_is_caught():
    with pytest.raises(AssertionError, match=r"ran on \{'cpu': 3\}"):
        all_checks(FallenBackSession(), providers=("cuda",))


def test_two_expectations_that_are_alike_are_no_check():
    with pytest.raises(AssertionError, match="could not fail"):
        contract.check_not_stale(HonestSession(), FIRST, FIRST)
