"""Everything here needs an NVIDIA GPU and onnxruntime-gpu, and skips with the reason elsewhere."""

import pytest


def why_not():
    """The sentence why CUDA cannot be used here, or None."""
    try:
        from bench.engine.survey import survey
        from bench.errors import BenchError
    except ImportError as error:
        return str(error)
    try:
        return survey("onnxruntime")["cuda"].reason
    except BenchError as error:
        return error.sentence()


@pytest.fixture(scope="session", autouse=True)
def cuda():
    if reason := why_not():
        pytest.skip(reason)
