"""What a user asks for is held to make sense, from the command line and from Python alike."""

import dataclasses

import pytest

from bench.domain import Asked, Feed, Subject
from bench.errors import UsageError


def test_nothing_asked_for_is_the_usual():
    asked = Asked()
    assert asked.subject == Subject()
    assert not asked.subject.makes_variants
    assert (asked.effort.name, asked.budget, asked.reports) == ("default", None, None)


def test_it_cannot_be_changed_afterwards():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Asked().subject = Subject(optimise=True)


@pytest.mark.parametrize(
    "variants", [{"optimise": True}, {"precisions": ("fp32", "int8")}, {"precisions": ("fp16",)}]
)
def test_a_limit_on_accuracy_needs_a_variant_to_judge(variants):
    assert Subject(most_accuracy_drop=0.01, **variants).makes_variants
    with pytest.raises(UsageError, match="none is asked for"):
        Subject(most_accuracy_drop=0.01, precisions=("fp32", "native"))


def test_a_model_is_fed_by_a_data_set_or_by_given_inputs():
    Feed("mnist")
    Feed(inputs=("x=x.npy",))
    with pytest.raises(UsageError, match="exclude each other"):
        Feed("mnist", ("x=x.npy",))
