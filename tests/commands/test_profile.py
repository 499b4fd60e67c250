"""`bench profile` through real workers, and its tables at a fixed width."""

import json
from pathlib import Path

import onnx_models
import pytest

from bench import cli
from bench.engine import tracing
from bench.formats.table import plugin as table
from bench.views.profile import ProfileView

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


SAVED = Path(__file__).parents[1] / "data" / "saved-0.1" / "profile.json"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(capsys, *arguments):
    code = cli.main(["profile", "--threads", "1", "--calls", "5", *map(str, arguments)])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def test_a_profile_is_saved_with_nodes_work_and_ceilings(capsys, tmp_path):
    code, out, err = run(capsys, "avg", "max", "--batch", "2", "--output", "p.json")
    assert code == 0
    assert "saved in p.json" in err
    assert "Time by what is computed" in out
    document = json.loads((tmp_path / "p.json").read_text())
    assert (document["schema"], document["version"]) == ("onnx-bench/profile", 1)
    avg, largest = document["profiles"]
    assert (avg["model"], largest["model"]) == ("avg", "max")
    for shown, macs in ((avg, 1_863_456), (largest, 3_274_304)):
        assert sum(kernel["multiply_accumulates"] for kernel in shown["kernels"]) == 2 * macs
        assert shown["ceilings"]["flops"] > 0 < shown["ceilings"]["bytes"]
        assert shown["traced"] > 0 < shown["plain"]
    # What makes avg slow: its normalisations stand behind Relu and stay kernels of their own.
    alone = [k for k in avg["kernels"] if k["operators"] == ["BatchNormalization"]]
    assert len(alone) >= 5
    assert not [k for k in largest["kernels"] if k["operators"] == ["BatchNormalization"]]


def test_json_goes_to_standard_output(capsys):
    code, out, _ = run(capsys, "max", "--batch", "1", "--format", "json")
    assert code == 0
    assert json.loads(out)["profiles"][0]["calls"] == 5


def test_one_bad_model_does_not_take_the_others_along(capsys, tmp_path):
    good = onnx_models.linear(tmp_path / "good.onnx")
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    code, out, err = run(capsys, "bad.onnx", good)
    assert code == 1
    assert "bad.onnx on onnxruntime:cpu at batch 1: failed: bad.onnx is damaged" in err
    assert "good.onnxononnxruntime:cpu,batch1,1thread" in "".join(out.split())


def test_what_was_profiled_before_ctrl_c_is_saved_and_shown(capsys, tmp_path, monkeypatch):
    made = json.loads(SAVED.read_text())["profiles"][0]
    rows = iter([made, KeyboardInterrupt()])

    def profiled(*_):
        if isinstance(each := next(rows), BaseException):
            raise each
        return each

    monkeypatch.setattr(tracing, "_profile", profiled)
    code, out, err = run(capsys, "avg", "max", "--batch", "1", "--output", "p.json")
    assert code == 130
    assert "max on onnxruntime:cpu, batch 1" in out
    assert "1 of 2 rows were profiled." in err
    assert json.loads((tmp_path / "p.json").read_text())["profiles"] == [made]


def test_where_all_models_are_bad_nothing_is_profiled(capsys, tmp_path):
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    code, _, err = run(capsys, "bad.onnx")
    assert code == 3
    assert "Nothing could be profiled." in err
    assert "Export it again" in err
    assert "bench doctor" not in err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["max", "--batch", "1", "-p", "null"], 3, "null does not tell what its kernels take"),
        (["max", "--batch", "1", "-p", "tensorrt"], 3, "skipped: "),
        (["max", "--format", "papyrus"], 2, "no format called 'papyrus'"),
        (["max", "--precision", "int8"], 2, "no precision 'int8'"),
        (["maxx"], 2, "no bundled model called 'maxx'"),
    ],
)
def test_what_cannot_be_profiled_is_a_sentence(capsys, arguments, code, said):
    ended, _, err = run(capsys, *arguments)
    assert ended == code
    assert said in err


def test_a_saved_profile_is_shown_again_and_nothing_is_measured(capsys, tmp_path):
    assert cli.main(["profile", "--show", str(SAVED)]) == 0
    assert "max on onnxruntime:cpu, batch 1" in capsys.readouterr().out
    document = json.loads(SAVED.read_text())
    document["profiles"][0]["kernels"] = 5
    (tmp_path / "damaged.json").write_text(json.dumps(document))
    for arguments, code, said in (
        (["damaged.json", "max"], 2, "--show shows a file and measures nothing"),
        (["damaged.json"], 1, "damaged.json is not a profile that can be read"),
        (["gone.json"], 1, "gone.json cannot be read"),
    ):
        assert cli.main(["profile", "--show", *arguments]) == code
        assert said in capsys.readouterr().err


def view(*profiles):
    """A document of profiles, of a machine that does not change."""
    packages = {"onnx-bench": "0.1.0", "onnxruntime": "1.32.0"}
    environment = {"cpu": "A CPU", "usable_cpus": 2, "packages": packages, "python": "3.11.7"}
    when = "2026-11-28T10:00:00+00:00"
    return ProfileView({"created": when, "environment": environment, "profiles": [*profiles]})


def kernel(operators, operator, seconds, macs=0, moved=4_000):
    return {
        "operators": operators,
        "operator": operator,
        "seconds": seconds,
        "multiply_accumulates": macs,
        "moved": moved,
    }


def profile(model, kernels, plain):
    return {
        "model": model,
        "target": "onnxruntime:cpu",
        "batch": 8,
        "threads": 1,
        "calls": 100,
        "kernels": kernels,
        "traced": plain * 1.1,
        "plain": plain,
        "ceilings": {"flops": 1.2e11, "bytes": 3.1e10},
    }


def test_tables(golden):
    first = [
        kernel(["Conv", "Relu"], "Conv", 4.5e-5, 1_000_000),
        kernel(["Conv", "Relu"], "Conv", 3.1e-5, 900_000, None),
        kernel([], "ReorderOutput", 2e-6),
        kernel(["[bold]Own"], "Own", 0.0, None),
    ]
    second = [kernel(["Conv", "BatchNormalization", "Relu"], "Conv", 6e-5, 2_500_000)]
    profiles = [profile("avg", first, 9e-5), profile("max", second, 7e-5)]
    shown = table.render(view(*profiles), width=80, colour=False)
    golden("profile-80.txt", shown)


@pytest.mark.parametrize(
    ("macs", "said"), [((1_000, 0), "20"), ((1_000, None), "at least 20"), ((0, None), "–")]
)
def test_what_kernels_compute_is_never_0_where_it_is_not_known(macs, said):
    kernels = [kernel(["Conv"], "Conv", 1e-7, each) for each in macs]
    made = view(profile("m", kernels, 1e-7))
    assert f"In all {said} GFLOP/s" in table.render(made, width=300, colour=False)


def test_a_model_that_multiplies_nothing_has_no_rate():
    made = view(profile("m", [kernel(["Relu"], "Relu", 1e-7)], 1e-7))
    shown = table.render(made, width=300, colour=False)
    assert "microsecond. At best this target reaches" in shown
    assert "In all" not in shown


@pytest.mark.parametrize(("traced", "said"), [(5e-5, "25 % more"), (3e-5, "25 % less")])
def test_tracing_takes_more_or_less(traced, said):
    saved = {**profile("m", [kernel(["Relu"], "Relu", 1e-7)], 4e-5), "traced": traced}
    assert f"while it is traced ({said})" in table.render(view(saved), width=300, colour=False)
