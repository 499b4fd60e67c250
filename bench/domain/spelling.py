"""What others call runtimes and providers, in the words that are used here."""

_RUNTIMES = {"ort": "onnxruntime", "ov": "openvino", "pytorch": "torch"}
_PROVIDERS = {"trt": "tensorrt"}
_BUNDLED = {
    *("onnxruntime", "openvino", "torch", "torch-compile", "opencv", "tract", "reference", "null")
}
_KNOWN = {"cpu", "cuda", "tensorrt", "openvino"}
_NUMBERED = {"cuda", "tensorrt"}
# OpenVINO has a provider of its own that is called gpu.
_WITH_CUDA = {"onnxruntime", "torch", "torch-compile"}
_OF_ONNXRUNTIME = "executionprovider"  # its own API says CPUExecutionProvider


def runtime(word: str) -> str:
    """The runtime that `word` means; a word that nobody knows stays as it is."""
    lowered = word.strip().lower()
    return _RUNTIMES.get(lowered) or (lowered if lowered in _BUNDLED else word.strip())


def provider(word: str, of: str) -> str:
    """The provider of the runtime `of` that `word` means; an unknown word stays as it is."""
    lowered = word.strip().lower().removesuffix(_OF_ONNXRUNTIME)
    if lowered == "gpu" and of in _WITH_CUDA:
        return "cuda"
    return _PROVIDERS.get(lowered) or (lowered if lowered in _KNOWN else word.strip())


def is_on_gpu(word: str) -> bool:
    """Whether a word without a colon means a provider of onnxruntime that has numbered devices."""
    return provider(word, "onnxruntime") in _NUMBERED


def alone(word: str) -> tuple[str, str]:
    """The runtime and provider of a word without a colon: a provider of onnxruntime, if any.

    A runtime's own name means its CPU, but for `openvino`, which onnxruntime has as a provider.
    """
    named = runtime(word)
    if named in _BUNDLED - _KNOWN:
        return named, "cpu"
    return "onnxruntime", provider(word, "onnxruntime")
