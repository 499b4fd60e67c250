"""What a model file is, what running it takes, and whether a bundled network is what it must be."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from bench.console import messages
from bench.domain import BUNDLED, Accuracy, Feed, Model, Target, Workload
from bench.engine.counting import count_right
from bench.engine.feeding import Hungry, feed
from bench.engine.launcher import Launch
from bench.engine.survey import described
from bench.errors import BenchError, RuntimeUnavailable
from bench.models.feed.batch import fixed_batch
from bench.models.feed.dimensions import open_sizes, sizes
from bench.models.requirements import Requirement, check
from bench.records.document import Plain


@dataclass(frozen=True, slots=True)
class Facts:
    """A model, the costs of its operators, and the requirements of a bundled network.

    `explanation` is `bench.models.cost.explain.Explanation` as JSON holds it; `without_kernel` has
    the operators that a provider has no kernel for, and is empty where `kernels_untold` says why
    nothing is known of that.
    """

    model: Model
    explanation: Plain
    without_kernel: Mapping[str, tuple[str, ...]]
    requirements: tuple[Requirement, ...] = ()
    kernels_untold: str = ""

    @property
    def unmet(self) -> tuple[str, ...]:
        """The requirements that are not met."""
        return tuple(
            f"{self.model.name}: {each.asked}" for each in self.requirements if each.met is False
        )


def facts(name: str, dims: Mapping[str, int], launch: Launch) -> Facts:
    """Read a model in a worker; `dims` are sizes of dynamic dimensions.

    What it costs is counted at the sizes with which a run would feed it. Raises UsageError for a
    dimension that the model does not have, BenchError where it cannot be read.
    """
    model = described(name, launch)
    sizes(model, 1, dims)
    known = dict(dims)
    if open_sizes(model, dims):
        hungry = Hungry(model, (fixed_batch(model) or 1,), dims)
        known |= feed([hungry], Feed(dims=dims), launch)[0].sizes
    with launch() as worker:
        answer = worker.ask("explain", model=asdict(model), dims=known)
    lacking, untold = _without_kernel(model, launch)
    return Facts(
        model,
        answer["explanation"],
        lacking,
        check(model, _counted(model, launch)) if model.name in BUNDLED else (),
        untold,
    )


def _without_kernel(model: Model, launch: Launch) -> tuple[dict[str, tuple[str, ...]], str]:
    """Operators by provider, or the sentence why that is not known.

    A worker of its own is asked: onnxruntime for CUDA dies of it where a library of CUDA is missing
    (SIGSEGV in get_all_opkernel_def, 1.31.1).
    """
    try:
        with launch() as worker:
            answered = worker.ask("without_kernel", path=model.path)["without_kernel"]
    except BenchError as error:
        return {}, error.sentence()
    return {provider: tuple(names) for provider, names in answered.items()}, ""


def _counted(model: Model, launch: Launch) -> Accuracy | None:
    """Right answers on the test images, counted now on onnxruntime's CPU provider."""
    try:
        workload = Workload(100, threads=1)
        return count_right(model, Target("onnxruntime", "cpu"), workload, "mnist", launch)
    except RuntimeUnavailable as error:
        messages().print(f"accuracy: {error.sentence()}", markup=False, soft_wrap=True)
        return None
