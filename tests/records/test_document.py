"""The envelope of saved documents, and what is said of a file that is none."""

import json

import pytest

from bench.errors import ReportError
from bench.records.document import DocumentKind
from bench.records.store import read

LETTER = DocumentKind("letter", 2, "a letter", "Write one.")


def test_what_is_enveloped_is_read_back(tmp_path):
    path = tmp_path / "letter.json"
    path.write_text(json.dumps(LETTER.envelope({"text": "hello"})), encoding="utf-8")
    document = LETTER.read(path)
    assert list(document) == ["schema", "version", "created", "environment", "text"]
    assert (document["schema"], document["version"]) == ("onnx-bench/letter", 2)
    assert document["text"] == "hello"


def test_an_older_version_with_unknown_keys_is_read(tmp_path):
    path = tmp_path / "letter.json"
    path.write_text('{"schema": "onnx-bench/letter", "version": 1, "stamp": 3}', encoding="utf-8")
    assert LETTER.read(path)["stamp"] == 3


def test_several_reports_in_one_file_are_named_one_by_one_instead(tmp_path):
    path = tmp_path / "merged.json"
    path.write_text('{"schema": "onnx-bench/reports", "version": 1}', encoding="utf-8")
    with pytest.raises(ReportError, match=r"merged\.json has several reports") as caught:
        read(path)
    assert caught.value.hint == "Give the folders of these reports instead."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "No such file"),
        ("", "is not a letter that can be read"),
        ("[" * 100_000, "is not a letter that can be read"),
        ("[]", "it does not say what it is"),
        ('{"schema": "onnx-bench/report", "version": 1}', "it is what `bench run` writes"),
        ('{"schema": "onnx-bench/letter"}', "it has no 'version'"),
        ('{"schema": "onnx-bench/letter", "version": "2"}', "its version is 2"),
        ('{"schema": "onnx-bench/letter", "version": 3}', "is a letter of version 3"),
    ],
)
def test_another_file_is_refused_in_a_sentence(tmp_path, text, said):
    path = tmp_path / "letter.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=r"letter\.json") as caught:
        LETTER.read(path)
    assert said in caught.value.message
    assert caught.value.hint
