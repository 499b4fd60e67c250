"""One grammar of targets: what is written is what is meant, and is written again alike."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.domain import Target
from bench.domain.target import parse_list
from bench.errors import UsageError

WORDS = st.sampled_from(("cpu", "torch-compile", "a_b", "1.31.1", "Z", "ü"))
PAIRS = (("arena", "0"), ("spinning", "1"))
OLD = "onnxruntime==1.31.1"


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("cpu", Target("onnxruntime", "cpu")),
        (" cuda ", Target("onnxruntime", "cuda")),
        ("cuda:1", Target("onnxruntime", "cuda", "1")),
        ("CUDAExecutionProvider:1", Target("onnxruntime", "cuda", "1")),
        ("gpu:0", Target("onnxruntime", "cuda", "0")),
        ("torch:1", Target("torch", "1")),  # which is refused as a provider that there is not
        ("torch:cuda", Target("torch", "cuda")),
        ("torch-compile:cpu", Target("torch-compile", "cpu")),
        ("null", Target("null", "cpu")),
        ("null:cpu", Target("null", "cpu")),
        ("openvino:gpu:0", Target("openvino", "gpu", "0")),
        (
            "cpu[arena=0,spinning=1]",
            Target("onnxruntime", "cpu", "", PAIRS),
        ),
        (f"cpu@{OLD}", Target("onnxruntime", "cpu", environment=OLD)),
        (
            "onnxruntime:cuda:1[use_tf32=1]@onnxruntime-gpu[cuda,cudnn]",
            Target("onnxruntime", "cuda", "1", (("use_tf32", "1"),), "onnxruntime-gpu[cuda,cudnn]"),
        ),
        ("torch:cpu@/venv/bin/python", Target("torch", "cpu", environment="/venv/bin/python")),
        ("", Target("onnxruntime", "")),
    ],
)
def test_a_target_is_read_and_written_again(text, target):
    assert Target.parse(text) == target
    assert Target.parse(str(target)) == target


@settings(max_examples=50, deadline=None)
@given(
    st.builds(
        Target,
        WORDS,
        WORDS,
        st.just("") | WORDS,
        st.lists(st.tuples(WORDS, WORDS), max_size=3).map(tuple),
        st.just("") | WORDS,
    )
)
def test_any_target_is_written_so_that_it_is_read_again(target):
    assert Target.parse(str(target)) == target
    assert parse_list(f"{target},{target}") == [target, target]


@pytest.mark.parametrize("text", ["cpu[arena", "cpu]", "cpu[arena]", "cpu[=1]", "cpu[a=1]x"])
def test_what_is_not_written_so_is_wrong_usage(text):
    with pytest.raises(UsageError, match=r"is no target|has no '='"):
        Target.parse(text)


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("cpu,torch:cpu", ["cpu", "torch:cpu"]),
        ("cpu[arena=0,spinning=1],cuda", ["cpu[arena=0,spinning=1]", "cuda"]),
        ("cpu@a>=1,<2,cuda@b[x,y],null", ["cpu@a>=1,<2", "cuda@b[x,y]", "null"]),
    ],
)
def test_a_comma_parts_targets_only_where_it_stands_between_them(text, targets):
    assert parse_list(text) == list(map(Target.parse, targets))
