"""Reports of any content, for hypothesis."""

from array import array

import numpy
from hypothesis import strategies as st

from bench.accuracy.paired import packed_numbers
from bench.domain import (
    Accuracy,
    Case,
    Cold,
    Errors,
    Failed,
    Invalid,
    Measurement,
    Model,
    Opened,
    Ran,
    Report,
    Skipped,
    Slot,
    Target,
    WarmUp,
    Workload,
)
from bench.records.slots import LONGEST, SHORTEST

# A file's name may hold any byte: what is no UTF-8 becomes a surrogate, as in the last example.
HOSTILE = st.sampled_from(["[red]x[/]", "\x1b[2J", "a\nb", "<b>|`", "=1+1", "\udcff"])
TEXT = HOSTILE | st.text(st.characters(exclude_categories=()), max_size=12)
COUNT = st.integers(0, 10**12)
SECONDS = st.floats(1e-9, 1e4, allow_nan=False)
SAMPLES = SECONDS | st.sampled_from([SHORTEST, LONGEST])

MODELS = st.builds(Model, name=TEXT, path=TEXT, sha256=TEXT, multiply_accumulates=COUNT)
TARGETS = st.builds(
    Target,
    st.text("abc-", min_size=1, max_size=5),
    st.text("abc-", min_size=1, max_size=5),
    st.text("abc", max_size=2),
    st.just(()) | st.just((("arena", "0"),)),
    st.just("") | st.sampled_from(["a==1", "/venv/bin/python", "a[b,c] d"]),
)
WORKLOADS = st.builds(
    Workload,
    batch=st.integers(1, 4096),
    threads=st.integers(1, 64),
    boundary=st.sampled_from(["host", "device", "submit"]),
    seed=COUNT,
)
CASES = st.builds(Case, MODELS, TARGETS, WORKLOADS)
OPENED = st.builds(
    Opened,
    ran=st.builds(
        Ran,
        providers=st.dictionaries(TEXT, COUNT, max_size=2),
        options=st.dictionaries(TEXT, TEXT, max_size=2),
        runtime_version=TEXT,
        threads=st.integers(1, 64),
        precision=TEXT,
        operators=st.dictionaries(TEXT, COUNT, max_size=2),
    ),
    cold=st.builds(Cold, SECONDS, SECONDS, SECONDS, SECONDS),
    warm_up=st.builds(WarmUp, COUNT, SECONDS, st.booleans()),
    peak_rss=COUNT,
)
TOTALS = st.integers(1, 20_000)
ERRORS = st.builds(
    Errors,
    mean=SECONDS,
    root_mean_square=SECONDS,
    variance=SECONDS,
    squares=st.just(packed_numbers(numpy.array([0.5, 0.0]))),
    original=st.none() | SECONDS,
)
REGRESSIONS = st.builds(
    Accuracy,
    dataset=TEXT,
    correct=st.none(),
    total=st.integers(2, 20_000),
    metric=st.just("regression"),
    errors=st.none() | ERRORS,
)
ACCURACIES = REGRESSIONS | TOTALS.flatmap(
    lambda total: st.builds(
        Accuracy,
        dataset=TEXT,
        correct=st.integers(0, total),
        total=st.just(total),
        max_abs_diff=st.none() | SECONDS,
        disagreements=st.none() | st.integers(0, total),
        not_finite=st.integers(0, total),
    )
)


GPU = st.fixed_dictionaries(
    {"clock": SECONDS, "reasons": COUNT, "power": SECONDS, "temperature": SECONDS}
)


@st.composite
def measurements(draw):
    """Slots in the order of measuring; the last replicate may have been interrupted."""
    complete, rounds = draw(st.integers(0, 3)), draw(st.integers(1, 3))
    left = draw(st.integers(0 if complete else 1, rounds))
    visits = [(r, k) for r in range(complete) for k in range(rounds)]
    visits += [(complete, k) for k in range(left)]
    first = draw(st.integers(0, 2))  # a row that was lost may begin late
    slots = tuple(
        Slot(
            replicate,
            number,
            array("d", draw(st.lists(SAMPLES, min_size=1, max_size=4))),
            draw(st.none() | st.just("stolen")),
            draw(st.just({}) | st.just({"instructions": 3e5, "cycles": 1.5})),
            draw(st.just({}) | GPU),
        )
        for replicate, number in ((first + r, k) for r, k in visits)
    )
    opened = tuple(draw(OPENED) for _ in range(complete + 1))
    missing = draw(st.just({}) | st.just({"replicates": "killed"}))
    return Measurement(draw(CASES), opened, slots, draw(st.none() | ACCURACIES), None, missing)


OUTCOMES = (
    measurements()
    | st.builds(Skipped, CASES, TEXT)
    | st.builds(Failed, CASES, TEXT)
    | st.builds(Invalid, CASES, TEXT, st.none() | ACCURACIES)
)
PLAIN = st.recursive(
    st.none() | st.booleans() | COUNT | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=5,
)
REPORTS = st.builds(
    Report,
    created=TEXT,
    environment=st.dictionaries(TEXT, PLAIN, max_size=3),
    command=st.lists(TEXT, max_size=3).map(tuple),
    outcomes=st.lists(OUTCOMES, max_size=4).map(tuple),
    effort=st.dictionaries(TEXT, PLAIN, max_size=2),
    stopped=st.none() | TEXT,
)
