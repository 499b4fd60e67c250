"""The study that needs a GPU, as far as it can be tried without one."""

import importlib.util
import io
import json
import lzma
import struct
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

STUDY = Path(__file__).resolve().parents[2] / "studies" / "gpu"


def imported(name, monkeypatch):
    spec = importlib.util.spec_from_file_location(f"gpu_study_{name}", STUDY / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def study(monkeypatch):
    return imported("__main__", monkeypatch)


def test_every_step_fits_into_a_short_rental_and_the_most_telling_are_first(study, tmp_path):
    steps = study.steps(tmp_path)
    assert [step.name for step in steps][:4] == ["doctor", "probe", "tests", "validate"]
    assert len({step.name for step in steps}) == len(steps)
    assert [step.name for step in study.chosen(steps, "probe,doctor")] == ["doctor", "probe"]
    with pytest.raises(ValueError, match="no step nonsense"):
        study.chosen(steps, "probe,nonsense")


def test_a_run_is_told_to_end_before_its_step_does(study, tmp_path):
    by_name = {step.name: step for step in study.steps(tmp_path)}
    run = by_name["torch"].command(40.0)
    assert float(run[run.index("--budget") + 1]) == 40.0 - study.GRACE
    short = by_name["torch"].command(study.LEAST)
    assert 0 < float(short[short.index("--budget") + 1]) < study.LEAST
    assert "--budget" not in by_name["probe"].command(40.0)


def test_a_step_has_its_limit_and_what_is_left_of_all(study):
    clock, limits = [0.0], []

    def begin(step, limit):
        limits.append(limit)
        clock[0] += limit
        return 0

    every = [study.Step(name, 60, ()) for name in "abcd"]
    ended = list(study.within(every, 122, 300, begin, lambda: clock[0]))
    assert limits == [60, 60]
    assert [(each.step, each.exit) for each in ended] == [
        ("a", 0),
        ("b", 0),
        ("c", None),
        ("d", None),
    ]
    limits.clear()
    list(study.within(every, 900, 20, begin, lambda: clock[0]))  # a rehearsal
    assert limits == [20, 20, 20, 20]


def test_a_step_that_is_late_is_asked_to_end_and_keeps_what_it_said(study, tmp_path, monkeypatch):
    monkeypatch.setattr(study, "GRACE", 5.0)
    code = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(print('kept')));"
    late = study.Step("late", 1, ("-c", f"{code} print('begun'); time.sleep(60)"))
    assert study.begin(late, 1.0, tmp_path) is None
    assert (tmp_path / "late.txt").read_text().split() == ["begun", "kept"]
    assert study.begin(study.Step("ok", 9, ("-c", "raise SystemExit(4)")), 9.0, tmp_path) == 4


def test_without_a_gpu_it_says_so(study, monkeypatch, capsys):
    monkeypatch.setattr(study, "cards", dict)
    monkeypatch.setattr(sys, "argv", ["gpu"])
    assert study.main() == study.NO_GPU
    assert "`bench doctor` says why" in capsys.readouterr().out


def test_pairs_go_on_after_those_that_are_there(monkeypatch, tmp_path, capsys):
    pairs, seeds = imported("pairs", monkeypatch), []

    def pair(folder, batch, seed):
        seeds.append(seed)
        return {"verdict": "faster" if seed == 3 else "equivalent"}

    monkeypatch.setattr(pairs, "pair", pair)
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps({"verdict": "equivalent"}) + "\n")
    monkeypatch.setattr(sys, "argv", ["pairs", str(file), "--pairs", "3"])
    pairs.main()
    assert seeds == [2, 3]
    assert len(file.read_text().splitlines()) == 3
    assert "1 of 3 pairs are flagged" in capsys.readouterr().out


def test_kernels_of_other_gpus_are_blanked_and_nothing_moves(monkeypatch):
    pack = imported("pack", monkeypatch)
    entry = struct.Struct("<HHIQ12xI32x")

    def module(capability, content):
        return entry.pack(2, 0, 64, len(content), capability) + content

    entries = module(80, b"old!" * 2) + module(90, b"keep" * 2)
    fatbin = struct.pack("<IHHQ", pack.MAGIC, 1, 16, len(entries)) + entries
    names = b"\0.nv_fatbin\0.shstrtab\0"
    head = bytearray(64)
    struct.pack_into("<Q", head, 0x28, 64 + len(fatbin) + len(names))
    struct.pack_into("<HHH", head, 0x3A, 64, 3, 2)
    places = [(0, 0, 0), (1, 64, len(fatbin)), (12, 64 + len(fatbin), len(names))]
    table = b"".join(
        struct.pack("<IIQQQQIIQQ", name, 1, 0, 0, place, size, 0, 0, 1, 0)
        for name, place, size in places
    )
    whole = bytes(head) + fatbin + names + table
    monkeypatch.setattr(pack, "needed", lambda content, entry, head: True)
    made = pack.blanked(whole)
    assert len(made) == len(whole)
    assert made == whole.replace(b"old!" * 2, bytes(8))


def test_a_folder_that_was_unpacked_in_part_is_unpacked_again(monkeypatch, tmp_path):
    pack, called = imported("pack", monkeypatch), []
    with (
        lzma.open(tmp_path / pack.ARCHIVE, "wb", filters=pack.PACKED) as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        entry = tarfile.TarInfo("onnxruntime/__init__.py")
        entry.size = 4
        archive.addfile(entry, io.BytesIO(b"new\n"))
    cut = tmp_path / f"{pack.UNPACKED}.part" / "onnxruntime"
    cut.mkdir(parents=True)
    (cut / "half.so").write_bytes(b"ha")
    monkeypatch.setattr(pack.subprocess, "call", lambda command, env: called.append(command) or 0)
    assert pack.run(tmp_path, ["--most", "20"]) == 0
    assert pack.run(tmp_path, []) == 0
    module = tmp_path / pack.UNPACKED / "onnxruntime"
    assert [each.name for each in module.iterdir()] == ["__init__.py"]
    assert not cut.exists()
    assert called[0][-2:] == ["--most", "20"]


@pytest.mark.parametrize("program", ["__main__", "probe", "pairs", "pack"])
def test_each_program_says_how_to_run_it(program):
    command = [sys.executable, str(STUDY / f"{program}.py"), "--help"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
