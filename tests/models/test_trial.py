"""The search for sizes, with calls that follow a script."""

from bench.models.feed.trial import MOST_TRIES, Group, Search, Tried, proposals


def never():
    return False


class Model:
    """Checks one dimension after the other; each error says what onnxruntime would."""

    def __init__(self, **wanted):
        self.wanted = wanted
        self.tried = []

    def __call__(self, sizes):
        self.tried.append(dict(sizes))
        for depth, (name, fits) in enumerate(self.wanted.items()):
            said = fits(sizes[name])
            if said:
                return Tried(sizes, depth + 1, said)
        return Tried(sizes)


def only(size):
    return lambda tried: "" if tried == size else "it does not fit"


def anything(tried):
    return ""


def test_a_guess_that_works_is_kept():
    model = Model(seq=anything)
    assert Search(model, never).run({"seq": 128}, [Group(("seq",))]) == Tried({"seq": 128})
    assert len(model.tried) == 1


def test_usual_sizes_go_first_and_then_the_ladder():
    model = Model(side=only(80))
    worked = Search(model, never).run({"side": 224}, [Group(("side",), (320, 48))])
    assert worked == Tried({"side": 80})
    assert [each["side"] for each in model.tried[:4]] == [224, 320, 48, 8]


def test_dimensions_that_count_the_same_change_together_and_then_alone():
    model = Model(high=only(48), wide=only(640))
    worked = Search(model, never).run({"high": 224, "wide": 224}, [Group(("high", "wide"))])
    assert worked.sizes == {"high": 48, "wide": 640}


def test_what_comes_further_is_kept_and_the_search_goes_on_there():
    model = Model(a=only(4096), b=only(2048), c=only(1536))
    groups = [Group((name,)) for name in "abc"]
    worked = Search(model, never).run(dict.fromkeys("abc", 1), groups)
    assert worked.sizes == {"a": 4096, "b": 2048, "c": 1536}
    assert len(model.tried) < MOST_TRIES  # and not the product of three ladders


def test_numbers_of_the_error_lead_to_sizes_that_are_on_no_ladder():
    # A layer that takes 2,592 numbers, from sides that were divided by 8 and 32 channels.
    def flattened(side):
        numbers = 32 * (side // 8) ** 2
        return "" if numbers == 2592 else f"Status Message: {numbers} is not 2592"

    model = Model(side=flattened)
    assert Search(model, never).run({"side": 224}, [Group(("side",))]).sizes["side"] // 8 == 9
    assert len(model.tried) < 10


def test_a_size_that_onnxruntime_expects_is_tried_at_once():
    said = "Got invalid dimensions for input: x index: 1 Got: 128 Expected: 0 Please fix it."
    assert proposals(Tried({"x.1": 128}, 0, said), "x.1")[0] == 0


def test_numbers_in_names_and_paths_mean_nothing():
    said = "/src/reshape_helper.h:91 running 'conv_77' of Name:'layer.63' Status Message: it broke"
    assert proposals(Tried({"x": 10}, 0, said), "x") == []


def test_a_search_without_success_ends_with_what_came_furthest():
    model = Model(a=only(8), b=lambda size: "never")
    search = Search(model, never)
    closest = search.run({"a": 1, "b": 1}, [Group(("a",)), Group(("b",))])
    assert (closest.sizes["a"], closest.depth, closest.said) == (8, 2, "never")
    assert search.tries <= MOST_TRIES


def test_time_that_is_up_ends_it_with_the_first_call():
    model = Model(a=only(8))
    assert Search(model, lambda: True).run({"a": 1}, [Group(("a",))]).said is not None
    assert len(model.tried) == 1


def test_a_second_larger_call_tells_which_dimensions_are_free():
    model = Model(fixed=only(512), free=anything)
    search = Search(model, never)
    worked = search.run({"fixed": 512, "free": 3}, [])
    assert search.free(worked, ["fixed", "free"]) == ["free"]
    assert {"fixed": 1024, "free": 6} in model.tried and {"fixed": 512, "free": 6} in model.tried


def test_sizes_of_nearly_1_are_tried_after_those_that_scale_what_is_too_short():
    # Positions of 1,500 frames, to which half as many as are given are added; 1 is spread over all.
    def added(size):
        frames = size // 2
        return "" if frames in (1, 1500) else f"Status Message: {frames} by 1500"

    model = Model(frames=added)
    worked = Search(model, never).run({"frames": 100}, [Group(("frames",))])
    assert worked.sizes == {"frames": 3000}
