"""One suite for every runtime on the CPU."""

import sys

import contract
import pytest

from bench.domain import Model, Workload
from bench.engine.placement import objection
from bench.errors import ModelError, OptionError, RuntimeUnavailable


def test_the_version_is_a_version(subject):
    assert subject.version[0].isdigit()
    assert "." in subject.version


def test_every_provider_is_usable_or_says_why_not(subject):
    providers = {provider.name: provider for provider in subject.runtime.providers()}
    assert providers["cpu"].usable
    for provider in providers.values():
        assert provider.usable or len(provider.reason.split()) > 3


def test_outputs_are_those_of_numpy(computing, session):
    contract.check_right(session, *computing.feed(seed=1))


def test_new_inputs_give_new_outputs(computing, session):
    contract.check_not_stale(session, computing.feed(seed=1), computing.feed(seed=2))


def test_inputs_are_not_written(computing, session):
    contract.check_inputs_kept(session, computing.feed(seed=1)[0])


def test_inputs_that_are_not_contiguous_are_read_in_order(computing, session):
    inputs, expected = computing.feed(seed=1)
    flipped = {name: array[::-1] for name, array in inputs.items()}
    contract.check_right(session, flipped, [array[::-1] for array in expected])


def test_binding_an_array_again_after_it_changed_reads_it_anew(computing, session):
    inputs, _ = computing.feed(seed=1)
    session.bind(inputs)()
    changed, expected = computing.feed(seed=2)
    for name, array in inputs.items():
        array[...] = changed[name]
    contract.check_right(session, inputs, expected)


def test_ran_names_the_provider_version_and_threads(computing, session):
    contract.check_ran(session, computing.ran_on, computing.version, 1)


def test_threads_are_those_of_the_workload(computing):
    if computing.name == "torch-compile":
        pytest.skip("shares this code with torch, and compiles for long")
    if computing.name == "tract":
        with pytest.raises(RuntimeUnavailable, match="one thread"):
            computing.open(threads=2)
    else:
        assert computing.open(threads=2).ran().threads == 2
    assert computing.open(threads=1).ran().threads == 1


def test_an_unknown_provider_is_refused_with_a_next_step(subject):
    with pytest.raises(RuntimeUnavailable, match=r"no provider.*'abacus'") as caught:
        subject.open(provider="abacus")
    assert caught.value.hint


def test_a_model_that_it_cannot_run_is_refused_with_a_next_step(computing, tmp_path):
    path = tmp_path / "other.onnx"
    path.write_bytes(b"\x08\x0a\x12\x04none")
    with pytest.raises((RuntimeUnavailable, ModelError), match="cannot") as caught:
        computing.runtime.open(Model("other", str(path)), "cpu", Workload(1, 1))
    assert caught.value.hint


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_a_provider_with_a_reason_refuses_with_it_or_says_what_ran_instead(computing):
    refused = [provider for provider in computing.runtime.providers() if not provider.usable]
    if not refused:
        pytest.skip("every provider of this runtime is usable here")
    for provider in refused:
        try:
            complaint = objection(computing.open(provider=provider.name).ran(), "require")
        except RuntimeUnavailable as error:
            complaint = error.sentence()
        assert complaint == provider.reason or "No node was placed" in complaint


def test_an_unknown_option_is_refused_with_a_next_step(subject):
    with pytest.raises(OptionError, match="'no_such_option'") as caught:
        subject.open(options={"no_such_option": "1"})
    assert caught.value.hint


def test_tensors_on_the_device_give_the_same_outputs(computing):
    if computing.name == "torch-compile":
        pytest.skip("shares this code with torch, and compiles for long")
    session = computing.open(boundary="device")
    contract.check_not_stale(session, computing.feed(seed=1), computing.feed(seed=2))


def test_submitting_is_refused_on_the_cpu_where_a_call_computes(computing):
    with pytest.raises(RuntimeUnavailable) as caught:
        computing.open(boundary="submit")
    assert "--boundary host" in caught.value.hint


def test_nothing_is_left_to_wait_for_after_a_call(computing, session):
    inputs, expected = computing.feed(seed=1)
    session.bind(inputs)()
    session.finish()
    contract.check_latest(session, expected)


def test_parts_of_a_call_are_seconds_where_there_are_any(session):
    assert all(seconds > 0 for seconds in session.parts().values())


def test_opening_from_a_compile_cache_takes_time_where_there_is_one(computing):
    taken = computing.runtime.cached_load(computing.model, "cpu", Workload(2, 1))
    if computing.name in ("onnxruntime", "openvino"):
        assert 0 < taken < 60
    else:
        assert taken is None


def test_a_library_that_is_not_there_is_a_sentence_with_what_to_install(computing, monkeypatch):
    monkeypatch.setitem(sys.modules, computing.library, None)
    said = f"{computing.library} is not installed"
    with pytest.raises(RuntimeUnavailable, match=said) as caught:
        computing.runtime.load()
    assert "pip install" in caught.value.hint


def test_the_null_runtime_says_that_nothing_ran(subjects):
    session = subjects("null").open()
    contract.check_ran(session, (), subjects("null").version, threads=1, precision="none")
    session.bind({})()
    assert session.outputs() is None
