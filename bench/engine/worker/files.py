"""What a worker answers about files, without opening a session."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.engine.worker.request import request
from bench.records.schema import decode_model
from bench.runtimes import RUNTIMES

# What reads a model is imported when it is asked for: a worker that times one needs little of it.


class FileRequests:
    """Each method with a deadline answers the request of its name."""

    @request(60.0, "reading the model")
    def describe(self, name: str, path: str) -> dict[str, Any]:
        """What the ONNX file says about itself."""
        from bench.models.files.describe import describe

        return asdict(describe(name, Path(path)))

    @request(60.0, "reading the model")
    def explain(self, model: Mapping[str, Any], dims: Mapping[str, int]) -> dict[str, Any]:
        """What the file holds and costs."""
        from bench.models.cost.explain import explain

        return {"explanation": asdict(explain(decode_model(model), dims))}

    @request(60.0, "the list of kernels")
    def without_kernel(self, path: str) -> dict[str, Any]:
        """What onnxruntime's providers have no kernel for; to ask takes some builds down."""
        from bench.runtimes.onnxruntime.kernels import without_kernel

        return {"without_kernel": without_kernel(Path(path))}

    @request(60.0, "reading the inputs")
    def sizes(
        self, model: Mapping[str, Any], inputs: Sequence[str], dims: Mapping[str, int]
    ) -> dict[str, Any]:
        """The sizes of dynamic dimensions that given inputs and `dims` mean."""
        from bench.models.feed.given import given, sizes_given

        described = decode_model(model)
        return dict(sizes_given(described, given(described, inputs).inputs, dims))

    @request(60.0, "reading the data set")
    def check_dataset(self, model: Mapping[str, Any], dataset: str) -> dict[str, Any]:
        """Nothing, where the data set can be read and its items fit."""
        from bench.models.feed.dataset import check_fits, open_dataset

        check_fits(open_dataset(dataset), decode_model(model))
        return {}

    @request(600.0, "making the variant")
    def make_variant(
        self, steps: Sequence[str], model: Mapping[str, Any], destination: str, **fed: Any
    ) -> dict[str, Any]:
        """Write a variant of a model; returns what must be known of it, in sentences."""
        from bench.models.variants.examples import examples
        from bench.models.variants.make import make

        described = decode_model(model)
        return {"notes": make(steps, described, Path(destination), examples(described, **fed))}

    @request(300.0, "writing the corpus")
    def corpus_write(self, folder: str, every: int) -> dict[str, Any]:
        """Write each `every`th case of the public corpus into `folder`; returns their names."""
        from bench.accuracy.corpus import write

        return {"cases": write(Path(folder), every)}

    @request(60.0, "a case of the corpus")
    def corpus_case(
        self, folder: str, runtime: str, provider: str, options: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """Run one case of the public corpus on a runtime that was loaded."""
        from bench.accuracy import corpus

        return corpus.run_case(Path(folder), RUNTIMES.load(runtime), provider, options)
