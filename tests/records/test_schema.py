"""What is written can be read: every part of a report through plain JSON and back."""

import json
from dataclasses import replace

import drawn
import pytest
import reports
from hypothesis import given, settings

from bench.domain import Model, Tensor
from bench.records import schema, slots


def through_json(fields):
    return json.loads(json.dumps(fields, allow_nan=False))


@settings(max_examples=100)
@given(drawn.OUTCOMES)
def test_any_outcome_comes_back_equal(outcome):
    assert schema.decode_outcome(through_json(schema.encode_outcome(outcome))) == outcome


@given(drawn.OPENED)
def test_opened_comes_back_equal(opened):
    assert schema.decode_opened(through_json(schema.encode_opened(opened))) == opened


def test_a_slot_comes_back_equal_to_the_last_bit():
    (slot, *_) = reports.slots(1 / 3e5)
    assert slots.decode_slot(through_json(slots.encode_slot(slot))) == slot


def test_a_case_is_flat():
    fields = schema.encode_case(reports.case("avg", "torch:cuda", batch=8, threads=2))
    assert fields == {
        "model": "avg",
        "path": "exported/avg.onnx",
        "sha256": "avg-digest",
        "original": "",
        "variant": "",
        "notes": [],
        "trusted": {},
        "multiply_accumulates": None,
        "target": "torch:cuda",
        "sizes": {},
        "takes": [],
        "origins": {},
        "values": None,
        "role": "contender",
        "batch": 8,
        "threads": 2,
        "boundary": "host",
        "precision": "fp32",
        "seed": 1,
        "options": {},
        "dims": {},
        "inputs": [],
    }


def test_a_variant_of_an_older_report_is_read_in_its_own_number_format():
    fields = schema.encode_case(reports.case())
    for variant, precision in (("int8", "int8"), ("opt-fp16", "fp16"), ("opt", "fp32")):
        older = {**fields, "original": "avg", "variant": variant, "precision": "fp32"}
        del older["sizes"]
        assert schema.decode_case(older).workload.precision == precision


def test_a_case_knows_its_model_by_name_path_digest_cost_and_inputs():
    takes = (Tensor("x", "float32", (1, "N")),)
    known = Model("m", "m.onnx", "digest", inputs=takes, multiply_accumulates=7)
    described = replace(known, opset=20, parameters=3)
    case = replace(reports.case(), model=described)
    assert schema.decode_case(schema.encode_case(case)) == replace(case, model=known)


def test_unknown_keys_are_ignored():
    fields = schema.encode_outcome(reports.measured(counts=reports.accuracy()))
    for part in (
        fields,
        fields["case"],
        fields["accuracy"],
        fields["opened"][0],
        fields["opened"][0]["ran"],
        fields["opened"][0]["cold"],
    ):
        part["of a later version"] = [1]
    assert schema.decode_outcome(fields) == reports.measured(counts=reports.accuracy())


def test_an_unknown_status_is_refused():
    fields = schema.encode_outcome(reports.measured()) | {"status": "dreamt"}
    with pytest.raises(KeyError, match="dreamt"):
        schema.decode_outcome(fields)
