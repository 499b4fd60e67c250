"""`bench info` and `bench validate` on the bundled networks, with onnxruntime's CPU provider."""

import json
import shutil

import onnx
import onnx_models
import pytest

from bench.cli import main
from bench.console import messages, results
from bench.domain import Accuracy, Target
from bench.engine import validation
from bench.models import catalog

pytest.importorskip("onnxruntime")

RIGHT = {name: promise["correct"] for name, promise in catalog.manifest().items()}


@pytest.fixture(autouse=True)
def fresh_consoles(monkeypatch):
    """Consoles of 100 columns that write to the streams of this test."""
    monkeypatch.setenv("COLUMNS", "100")
    for console in (messages, results):
        console.cache_clear()
    yield
    for console in (messages, results):
        console.cache_clear()


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "avg",
            [
                "18,962",
                f"{RIGHT['avg']} of 10000",
                "GlobalAveragePool",
                "2 Gemm",
                "AdaptiveAvgPool2d",
            ],
        ),
        (
            "max",
            ["16,890", f"{RIGHT['max']} of 10000", "GlobalMaxPool", "4 Conv", "AdaptiveMaxPool2d"],
        ),
    ],
)
def test_info_shows_the_file_and_every_requirement_met(name, facts, capsys):
    assert main(["info", name]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for fact in [*facts, "image: float32, batch × 1 × 28 × 28", "batch × 10"]:
        assert fact in shown, fact
    assert shown.count(" yes") == 7
    assert " NO " not in shown


def test_info_of_another_file_has_no_requirements(tmp_path, capsys):
    path = shutil.copy(catalog.exported_folder() / "max.onnx", tmp_path / "[bold]mine.onnx")
    assert main(["info", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "[bold]mine.onnx" in shown
    assert "Requirement" not in shown


def test_info_counts_at_sizes_with_which_a_model_runs(tmp_path, capsys):
    from onnx import TensorProto, helper

    joined = helper.make_node("Concat", ["tokens_emb", "features"], ["y"], axis=2)
    inputs = [
        ("tokens_emb", TensorProto.FLOAT, ["n", "tokens", 8]),
        ("features", TensorProto.FLOAT, ["n", "frames", 4]),
    ]
    path = tmp_path / "two.onnx"
    onnx_models.write(path, [joined], inputs, [("y", TensorProto.FLOAT, ["n", "t", 12])])
    assert main(["info", str(path)]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "For a call of n items, tokens = 100, frames = 100." in shown
    assert "Concat 1 0 9,600 n" in shown


def test_info_tells_shapes_that_a_file_leaves_open_or_declares_as_0(tmp_path, capsys):
    from onnx import TensorProto, helper

    nodes = [
        helper.make_node("Neg", ["x"], ["y"]),
        helper.make_node("ReduceSum", ["x"], ["z"], keepdims=0),
        helper.make_node("SequenceConstruct", ["x"], ["s"]),
    ]
    outputs = [("y", TensorProto.FLOAT, None), ("z", TensorProto.FLOAT, [])]
    path = onnx_models.write(
        tmp_path / "m.onnx", nodes, [("x", TensorProto.FLOAT, [0, 3])], outputs
    )
    proto = onnx.load(path)
    proto.graph.output.append(helper.make_tensor_sequence_value_info("s", TensorProto.FLOAT, None))
    onnx.save(proto, path)
    assert main(["info", str(path)]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "inputs x: float32, 0 × 3" in lines
    assert "outputs y: float32, unknown shape" in lines
    assert "z: float32, scalar" in lines
    assert "s: sequence" in lines
    assert any(line.startswith("an item none: the file declares") for line in lines)


def test_validate_finds_the_promised_counts(capsys):
    assert main(["validate", "-p", "cpu"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("right") == 2
    assert f"{RIGHT['avg']} of 10000" in shown


def test_validate_by_another_metric_holds_answers_against_pytorchs_alone(
    tmp_path, monkeypatch, capsys
):
    (tmp_path / "even.py").write_text(
        "def right(outputs, labels):\n"
        "    (scores,) = outputs.values()\n"
        "    return (scores.argmax(axis=1) % 2) == labels % 2\n"
    )
    monkeypatch.chdir(tmp_path)
    assert main(["validate", "-p", "cpu", "--metric", "even:right", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    for row in rows:
        assert (row["verdict"], row["promised"]) == ("right", None)
        assert row["counted"]["correct"] > RIGHT[row["model"]]
        assert row["counted"]["disagreements"] == 0


@pytest.fixture
def other_folder(tmp_path, monkeypatch):
    """A copy of the exported networks that a test may spoil."""
    folder = shutil.copytree(catalog.exported_folder(), tmp_path / "exported")
    monkeypatch.setattr(catalog, "exported_folder", lambda: folder)
    return folder


def test_validate_exits_4_when_the_manifest_promises_another_count(other_folder, capsys):
    manifest = other_folder / "manifest.json"
    right, wrong = RIGHT["avg"], RIGHT["avg"] + 3
    text = manifest.read_text().replace(f'"correct": {right}', f'"correct": {wrong}')
    manifest.write_text(text)
    assert main(["validate", "-p", "cpu"]) == 4
    printed = capsys.readouterr()
    said = f"avg on onnxruntime:cpu: {right} of 10000 right; the manifest promises {wrong}."
    assert said in printed.out
    assert "1 of 2 rows are off." in printed.err


def test_validate_exits_4_when_a_file_is_not_the_manifests(other_folder, capsys):
    with (other_folder / "max.onnx").open("ab") as file:
        file.write(b"\x00")
    code = main(["validate", "-p", "cpu"])
    printed = capsys.readouterr()
    assert code in (1, 4)
    assert "max" in printed.out + printed.err


def test_what_was_validated_before_ctrl_c_is_shown(monkeypatch, capsys):
    answers = iter([Accuracy("mnist", 9_900, 10_000, 0.0), KeyboardInterrupt()])

    def counted(*_, **__):
        if isinstance(each := next(answers), BaseException):
            raise each
        return each

    monkeypatch.setattr(validation, "count_right", counted)
    assert main(["validate", "-p", "cpu"]) == 130
    printed = capsys.readouterr()
    assert "9900 of 10000" in printed.out
    assert "1 of 2 rows were validated." in printed.err


def test_validate_without_anything_to_validate_exits_3(capsys):
    assert main(["validate", "-p", "null"]) == 3
    printed = capsys.readouterr()
    assert "null:cpu skipped: it computes nothing." in printed.out
    assert "No row could be validated." in printed.err


def test_without_a_provider_targets_that_cannot_run_are_skipped_as_the_help_says(
    monkeypatch, capsys
):
    targets = [Target("onnxruntime", name) for name in ("cpu", "tensorrt")]
    monkeypatch.setattr(validation, "_all_targets", lambda: targets)
    monkeypatch.setattr(validation, "count_right", lambda *_, **__: Accuracy("mnist", 1, 10_000))
    main(["validate"])
    assert "onnxruntime:tensorrt skipped: " in capsys.readouterr().out
    assert main(["validate", "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "every target, skipped where it cannot run" in shown


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no json"])
def test_a_damaged_manifest_is_a_sentence(other_folder, text, capsys):
    (other_folder / "manifest.json").write_text(text)
    assert main(["validate"]) == 1
    assert "The manifest of the networks" in capsys.readouterr().err


def test_what_a_file_says_of_itself_cannot_pass_for_what_was_found(tmp_path, capsys):
    import onnx

    model = onnx.load(catalog.exported_folder() / "max.onnx")
    hostile = {"SHA-256": "trusted", "[/b]\x1b[2J": "clears the screen"}
    onnx.helper.set_model_props(model, hostile)
    path = tmp_path / "hostile.onnx"
    onnx.save(model, path)
    assert main(["info", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "says SHA-256" in shown
    assert "\x1b" not in shown
    assert shown.count("trusted") == 1


def test_what_a_file_says_at_length_is_cut(tmp_path, capsys):
    import onnx

    model = onnx.load(catalog.exported_folder() / "max.onnx")
    onnx.helper.set_model_props(model, {"notes": "x" * 100_000, "k" * 3_000: "v"})
    onnx.save(model, tmp_path / "long.onnx")
    assert main(["info", str(tmp_path / "long.onnx")]) == 0
    shown = capsys.readouterr().out
    assert len(shown) < 10_000
    assert "(100,000 characters)" in " ".join(shown.split())


@pytest.mark.parametrize("provider", ["nosuch:cpu", "abacus"])
def test_a_provider_that_does_not_exist_is_wrong_usage(provider, capsys):
    assert main(["validate", "-p", provider]) == 2
    assert "Choose one of" in capsys.readouterr().err


def test_info_shows_what_operators_cost_with_the_batch_as_a_letter(capsys):
    assert main(["info", "avg"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Conv 6 1,862,784 n 72,160 + 144,256 n" in shown
    assert "all 25 1,863,456 n 76,744 + 549,560 n" in shown
    assert "weights 76,744 bytes" in shown
    assert "kernels on cpu for every operator" in shown


def test_info_takes_sizes_of_dynamic_dimensions(capsys):
    assert main(["info", "avg", "--dim", "batch=2"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "3,726,912" in shown
    assert "batch = 2" in shown
    assert main(["info", "avg", "--dim", "length=2"]) == 2
    assert "no dynamic dimension called 'length'" in capsys.readouterr().err
