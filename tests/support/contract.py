"""What every session must do; each check raises AssertionError, so that a liar can be tried too."""

import numpy


def check_right(session, inputs, expected, tolerance=1e-4):
    """The outputs of the call that was just made are those of these inputs."""
    session.bind(inputs)()
    check_latest(session, expected, tolerance)


def check_latest(session, expected, tolerance=1e-4):
    outputs = session.outputs()
    assert len(outputs) == len(expected), f"{len(outputs)} outputs instead of {len(expected)}"
    for output, wanted in zip(outputs, expected, strict=True):
        difference = numpy.abs(numpy.asarray(output, dtype=float) - wanted).max()
        assert difference <= tolerance, f"off by {difference}"


def check_not_stale(session, first, second, tolerance=1e-4):
    """New inputs give new outputs; `first` and `second` are (inputs, expected) that differ."""
    assert any(
        numpy.abs(one - other).max() > tolerance
        for one, other in zip(first[1], second[1], strict=True)
    ), "the two expectations are alike: this check could not fail"
    for inputs, expected in (first, second, first):
        call = session.bind(inputs)
        for _ in range(3):
            call()
            check_latest(session, expected, tolerance)


def check_inputs_kept(session, inputs):
    """The caller's arrays are read and never written."""
    before = {name: array.copy() for name, array in inputs.items()}
    session.bind(inputs)()
    for name, array in inputs.items():
        assert numpy.array_equal(array, before[name]), f"{name} was overwritten"


def check_ran(session, providers, version, threads, precision="fp32"):
    """What ran is on exactly these providers, and read back: version, threads, number format."""
    ran = session.ran()
    assert set(ran.providers) == set(providers), f"ran on {dict(ran.providers)}"
    assert all(count > 0 for count in ran.providers.values()), "a provider without a node"
    assert (ran.runtime_version, ran.threads, ran.precision) == (version, threads, precision)
    assert all(isinstance(value, str) for value in ran.options.values()), "options are texts"
