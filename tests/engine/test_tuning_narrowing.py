"""What of a space a user wants to be tried: words, and a file that is checked."""

import json

import pytest

from bench.domain import Subject, Target
from bench.engine.tuning.narrowing import EVERYTHING, Narrowing, narrowed
from bench.errors import BenchError, ReportError, UsageError

CPU = Target("onnxruntime", "cpu")
SPACE = """
target = ["cpu", "openvino:cpu[ENABLE_CPU_PINNING=NO]"]
threads = [1, 2]
format = ["fp32", "int8"]
batch = [8]

[options.cpu]
arena = [0]
graph_optimization = ["basic", "disable"]
"""


def written(tmp_path, text, name="space.toml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_says_what_is_tried_and_words_say_otherwise(tmp_path):
    file = written(tmp_path, SPACE)
    subject, narrowing = narrowed(Subject(precisions=()), (), file)
    assert [str(target) for target in subject.targets] == [
        "onnxruntime:cpu",
        "openvino:cpu[ENABLE_CPU_PINNING=NO]",
    ]
    assert (subject.threads, subject.precisions, subject.batches) == (
        (1, 2),
        ("fp32", "int8"),
        (8,),
    )
    assert narrowing.knobs(CPU) == {"arena": ("0",), "graph_optimization": ("basic", "disable")}
    named, _ = narrowed(Subject(targets=(CPU,), threads=(4,), precisions=()), (), file)
    assert named.targets == (CPU,) and named.threads == (4,) and named.batches == (8,)


def test_json_with_an_envelope_may_hold_more(tmp_path):
    fields = {"schema": "onnx-bench/space", "version": 1, "threads": [2], "places": 23}
    subject, narrowing = narrowed(
        Subject(precisions=()), (), written(tmp_path, json.dumps(fields), "space.json")
    )
    assert subject.threads == (2,) and narrowing == EVERYTHING


def test_only_named_parts_and_options_may_differ():
    _, narrowing = narrowed(Subject(), ("threads,arena", "spinning"), None)
    assert narrowing.allows("threads") and not narrowing.allows("target")
    assert set(narrowing.knobs(CPU)) == {"arena", "spinning"}
    assert narrowing.knobs(Target("torch", "cpu")) == {}
    narrowing.check([CPU])
    with pytest.raises(UsageError, match="no part or option 'arena'"):
        narrowing.check([Target("torch", "cpu")])


def test_what_a_target_is_told_already_is_not_tried():
    told = Target("onnxruntime", "cpu", options=(("arena", "0"),))
    assert "arena" not in Narrowing().knobs(told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("threads = 1", "threads is a list of numbers"),
        ("threads = [0]", "threads is a list of numbers"),
        ("batch = [true]", "batch is a list of numbers"),
        ('target = "cpu"', "target is a list of words"),
        ('target = ["cpu[arena"]', "is no target"),
        ('format = ["fp8"]', "no format 'fp8'"),
        ("cores = [1]", "no field 'cores'"),
        ("options = [1]", "options are lists of values"),
        ("[options]\ncpu = 3", "options are lists of values"),
        ("[options.cpu]\narena = 0", "has a list of words or numbers"),
        ("[options.cpu]\narena = [true]", "has a list of words or numbers"),
        # What would run code or install something is named on the command line alone.
        ('[options."cuda"]\nep_library = ["/tmp/x.so"]', "no option 'ep_library' for a space"),
        ('target = ["openvino:cpu[EXTENSIONS=/tmp/x.so]"]', "no option 'EXTENSIONS' for a space"),
        ('[options."cpu@wicked-package"]\narena = [0]', "names no environment"),
        ('target = ["cpu@wicked-package"]', "names no environment"),
        ("threads = ", "is not TOML"),
        ('schema = "onnx-bench/report"\nversion = 1', "bench run"),
        ('schema = "onnx-bench/space"\nversion = 2', "of version 2"),
    ],
)
def test_what_a_file_cannot_mean_is_a_sentence(tmp_path, text, said):
    with pytest.raises(BenchError) as raised:
        narrowed(Subject(), (), written(tmp_path, text))
    assert said in raised.value.sentence()


@pytest.mark.parametrize(("name", "text"), [("space.json", "{"), ("space.json", "\udcff")])
def test_what_is_no_text_of_its_kind_is_told(tmp_path, name, text):
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ReportError, match="is not JSON"):
        narrowed(Subject(), (), path)
    with pytest.raises(ReportError, match="cannot be read"):
        narrowed(Subject(), (), tmp_path / "none.json")
