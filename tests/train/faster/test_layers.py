"""The layers that train faster compute what PyTorch's layers compute."""

from copy import deepcopy

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from train.faster.batch_norm import BatchNorm  # noqa: E402
from train.faster.layers import AveragePool, Dropout, quicken  # noqa: E402
from train.fit import prepare  # noqa: E402
from train.networks import NETWORKS, build  # noqa: E402
from train.recipes import Run, recipe_for  # noqa: E402


def pixels(*shape, dtype=torch.float32, seed=0):
    generator = torch.Generator().manual_seed(seed)
    images = torch.randn(*shape, generator=generator).to(dtype)
    return images.to(memory_format=torch.channels_last).requires_grad_()


def pair(channels, momentum=0.1):
    """PyTorch's layer and ours, with the same state, which is not the one of a new layer."""
    theirs, ours = (
        nn.BatchNorm2d(channels, momentum=momentum),
        BatchNorm(channels, momentum=momentum),
    )
    for tensor in theirs.parameters():
        nn.init.normal_(tensor)
    ours.load_state_dict(theirs.state_dict())
    return theirs, ours


def outcome(layer, images, gradient):
    outputs = layer(images)
    wanted = (images, *layer.parameters())
    return outputs, *torch.autograd.grad(outputs, wanted, gradient), *layer.buffers()


def assert_same(ours, theirs, share):
    for tensor, expected in zip(ours, theirs, strict=True):
        assert tensor.dtype == expected.dtype
        assert tensor.shape == expected.shape
        difference = (tensor.detach() - expected.detach()).double().abs().max()
        assert difference <= share * expected.detach().double().abs().max()


@pytest.mark.parametrize("channels", [2, 4, 8])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_batch_norm(channels, dtype):
    images = pixels(16, channels, 6, 6, dtype=dtype)
    gradient = pixels(16, channels, 6, 6, dtype=dtype, seed=1).detach()
    theirs, ours = pair(channels)
    computed = outcome(ours, images, gradient)
    assert computed[0].grad_fn.name() == "_NormaliseBackward"
    assert_same(
        computed, outcome(theirs, images, gradient), 1e-5 if dtype == torch.float32 else 1e-2
    )


def test_batch_norm_of_values_far_from_zero():
    """The variance is not a difference of two large numbers."""
    images = (pixels(16, 8, 6, 6) + 1_000).detach().requires_grad_()
    theirs, ours = pair(8)
    gradient = pixels(16, 8, 6, 6, seed=1).detach()
    assert_same(outcome(ours, images, gradient), outcome(theirs, images, gradient), 1e-3)


def test_batch_norm_gradient_with_another_layout():
    images, gradient = pixels(16, 8, 6, 6), torch.randn(16, 8, 6, 6)
    theirs, ours = pair(8)
    assert_same(outcome(ours, images, gradient), outcome(theirs, images, gradient), 1e-5)


@pytest.mark.parametrize(
    ("shape", "momentum"),
    [((16, 16, 6, 6), 0.1), ((16, 6, 4, 4), 0.1), ((1, 8, 3, 3), 0.1), ((16, 8, 6, 6), None)],
    ids=["many channels", "no whole pixels", "an odd pixel", "a mean over batches"],
)
def test_batch_norm_elsewhere_is_that_of_pytorch(shape, momentum):
    images, gradient = pixels(*shape), torch.randn(shape)
    theirs, ours = pair(shape[1], momentum)
    assert_same(outcome(ours, images, gradient), outcome(theirs, images, gradient), 0)


def test_batch_norm_without_running_statistics_is_that_of_pytorch():
    images, gradient = pixels(16, 8, 6, 6), torch.randn(16, 8, 6, 6)
    layers = (kind(8, track_running_stats=False) for kind in (BatchNorm, nn.BatchNorm2d))
    ours, theirs = (outcome(layer, images, gradient) for layer in layers)
    assert_same(ours, theirs, 0)


def test_batch_norm_of_a_finished_network_is_that_of_pytorch():
    images, gradient = pixels(16, 8, 6, 6), torch.randn(16, 8, 6, 6)
    theirs, ours = pair(8)
    computed = outcome(ours.eval(), images, gradient)
    assert_same(computed, outcome(theirs.eval(), images, gradient), 0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_dropout_drops_its_share_and_divides_the_rest(dtype):
    torch.manual_seed(0)
    images = torch.ones(50, 8, 10, 25, dtype=dtype).to(memory_format=torch.channels_last)
    outputs = Dropout(0.1)(images.requires_grad_())
    kept = outputs != 0
    assert (~kept).double().mean() == pytest.approx(0.1, abs=4 * (0.1 * 0.9 / 100_000) ** 0.5)
    assert (outputs[kept] - 1 / 0.9).abs().max() < (1e-4 if dtype == torch.float32 else 1e-2)
    assert outputs.is_contiguous(memory_format=torch.channels_last)
    (gradient,) = torch.autograd.grad(outputs.sum(), images)
    assert torch.equal(gradient, outputs)  # of ones: what was dropped gets none
    by_channel = (~kept).double().mean((0, 2, 3))
    assert by_channel.max() - by_channel.min() < 0.02


def test_dropout_draws_anew_each_time_and_repeats_itself():
    layer, numbers = Dropout(0.5), torch.ones(4, 25)

    def two():
        torch.manual_seed(1)
        return layer(numbers), layer(numbers)

    first, second = two()
    assert not torch.equal(first, second)
    assert all(map(torch.equal, two(), (first, second)))


def test_dropout_that_does_nothing_or_everything():
    numbers = torch.ones(3, 5)
    assert torch.equal(Dropout(0.1).eval()(numbers), numbers)
    assert torch.equal(Dropout(0.0)(numbers), numbers)
    assert torch.equal(Dropout(1.0)(numbers), 0 * numbers)


def test_average_pool_and_the_layout_of_its_gradient():
    images = pixels(4, 8, 3, 3)
    outputs, expected = AveragePool(1)(images), nn.AdaptiveAvgPool2d(1)(images)
    assert torch.allclose(outputs, expected, atol=1e-6)
    seen = []
    rectified = images.relu()
    rectified.register_hook(seen.append)
    AveragePool(1)(rectified).square().sum().backward()
    assert seen[0].is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(AveragePool(2)(images), nn.AdaptiveAvgPool2d(2)(images))


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_that_is_quickened_computes_the_same(name):
    """Compared in double precision, since PyTorch's own sums over 8 channels are not exact enough.

    On the CPU on which this was written, its gradients were off by up to 3 % of the largest.
    """
    torch.manual_seed(0)
    plain = build(name).to(memory_format=torch.channels_last)
    for layer in plain:
        if isinstance(layer, nn.Dropout):
            layer.p = 0.0
    quick = deepcopy(plain)
    quicken(quick)
    assert quick.state_dict().keys() == plain.state_dict().keys()
    assert {type(layer) for layer in quick} >= {BatchNorm, Dropout}
    images = pixels(16, 1, 28, 28).detach()
    computed = []
    for network in (quick, plain.double()):
        outputs = network(images.to(next(network.parameters()).dtype))
        outputs[:, 3].sum().backward()
        computed.append([outputs, *(p.grad for p in network.parameters()), *network.buffers()])
    for ours, exact in zip(*computed, strict=True):
        assert torch.allclose(ours.double(), exact.double(), rtol=1e-4, atol=1e-4)


def test_only_the_network_that_trains_is_quickened():
    state = prepare(Run(recipe_for("avg")), images=100)
    trained, kept = (
        {type(layer).__module__.partition(".")[0] for layer in network}
        for network in (state.network, state.average.network)
    )
    assert trained == {"torch", "train"}
    assert kept == {"torch"}
