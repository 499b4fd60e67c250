"""Every package that can run a model is in the environment of a report."""

from importlib.metadata import PathDistribution
from types import SimpleNamespace

from bench.host.environment import environment
from bench.host.packages import packages


def installed(folder, *names):
    for name, version in (text.split("==") for text in names):
        info = folder / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        yield PathDistribution(info)


def test_plug_ins_and_third_party_runtimes_are_among_them(tmp_path):
    everything = list(
        installed(
            tmp_path,
            *("numpy==2.0", "onnxruntime==1.32", "Onnxruntime_EP_openvino==1.8", "rich==15.0"),
            *("abacus==3.1", "onnx==1.23", "ort_nightly==1.33", "porter==1.0"),
        )
    )
    abacus = SimpleNamespace(dist=everything[4])
    versions = packages(lambda: everything, lambda: [abacus])
    assert list(versions.items()) == [
        ("onnxruntime", "1.32"),
        ("onnx", "1.23"),
        ("numpy", "2.0"),
        ("abacus", "3.1"),
        ("onnxruntime-ep-openvino", "1.8"),
        ("ort-nightly", "1.33"),
    ]


def test_of_two_copies_the_first_on_the_path_counts(tmp_path):
    (tmp_path / "later").mkdir()
    copies = [*installed(tmp_path, "onnx==1.23"), *installed(tmp_path / "later", "onnx==1.21")]
    assert packages(lambda: copies, lambda: []) == {"onnx": "1.23"}


def test_the_environment_of_a_report_has_them_all():
    assert environment()["packages"] == packages()
