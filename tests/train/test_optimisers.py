"""Learning rates over time, and the optimiser that is our own."""

import pytest

torch = pytest.importorskip("torch")

from train.networks import NETWORKS, build  # noqa: E402
from train.optimisers import Muon, optimisers_for, rate_factor, set_rates  # noqa: E402
from train.recipes import MAX_EPOCHS, RECIPE_NAMES, RECIPES, recipe_for  # noqa: E402


def test_muon_finds_the_minimum():
    torch.manual_seed(0)
    target = torch.randn(4, 2, 3, 3)
    weight = torch.zeros(4, 2, 3, 3, requires_grad=True)
    optimiser = Muon([weight], lr=0.05, momentum=0.9)
    for step in range(300):
        optimiser.param_groups[0]["lr"] = 0.05 * (1 - step / 300)
        optimiser.zero_grad()
        (weight - target).square().sum().backward()
        optimiser.step()
    assert (weight - target).abs().max() < 0.05


def test_cosine_rises_then_falls_to_nothing():
    recipe = recipe_for("avg")
    factors = [rate_factor(recipe, epoch / 10, 19) for epoch in range(191)]
    peak = factors.index(max(factors))
    assert factors[0] == 0
    assert peak == pytest.approx(0.15 * 190, abs=1)
    assert max(factors) == pytest.approx(1, abs=1e-3)
    assert factors[:peak] == sorted(factors[:peak])
    assert factors[peak:] == sorted(factors[peak:], reverse=True)
    assert factors[-1] == pytest.approx(0)


def test_steps_divide_the_rate_by_ten_every_seven_epochs():
    recipe = recipe_for("max", "original")
    factors = [rate_factor(recipe, epoch, 19) for epoch in (0, 6.99, 7, 13.99, 14)]
    assert factors == pytest.approx([1, 1, 0.1, 0.1, 0.01])


@pytest.mark.parametrize(("network", "name"), RECIPES)
def test_every_parameter_has_one_optimiser(network, name):
    module = build(network)
    optimisers = optimisers_for(module, recipe_for(network, name))
    held = [id(p) for o in optimisers for group in o.param_groups for p in group["params"]]
    assert sorted(held) == sorted(id(p) for p in module.parameters())
    set_rates(optimisers, 0.5)
    set_rates(optimisers, 0.5)
    peaks = {group["lr"] * 2 for o in optimisers for group in o.param_groups}
    recipe = recipe_for(network, name)
    assert peaks == {recipe.rate, recipe.rest_rate} - {0.0}


def test_recipes_stay_below_twenty_epochs():
    assert set(RECIPES) == {(network, name) for network in NETWORKS for name in RECIPE_NAMES}
    assert max(recipe.epochs for recipe in RECIPES.values()) == MAX_EPOCHS < 20
