"""Files that are no ONNX models are called what they are."""

import pytest

from bench.errors import ModelError
from bench.models.files.describe import describe

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 4241003\n"


@pytest.mark.parametrize(
    ("content", "said", "hint"),
    [
        (POINTER.encode(), "is a pointer of Git LFS, not the model itself", "git lfs pull"),
        (b"\n<!DOCTYPE html>\n<html></html>", "is a web page, not a model", "Download it again"),
        (b"\x1c\0\0\0ORTM" + bytes(60), "onnxruntime's own format (.ort)", ".onnx file"),
        (b"\x1c\0\0\0TFL3" + bytes(60), "is a TensorFlow Lite model", "tf2onnx"),
        (b"PK\x03\x04" + bytes(60), "is a ZIP archive, as PyTorch (.pt)", "ONNX"),
        (b"\x80\x02}q\0X", "is a Python pickle, as old PyTorch saves models", "Export it"),
        (b"\x89HDF\r\n", "is an HDF5 file", "tf2onnx"),
        (b"GGUF\x03\0", "is a GGUF file", "Export it"),
        (b"\x1f\x8b\x08\0", "is a gzip archive", "Unpack it"),
        (b"<?xml version='1.0'?>", "is an XML file", "ONNX file"),
        (b'\x40\0\0\0\0\0\0\0{"w":{"dtype":"F32"}}', "is a safetensors file", "Export it"),
    ],
)
def test_a_file_of_another_kind_is_called_that(tmp_path, content, said, hint):
    path = tmp_path / "m.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        describe("m", path)
    assert str(path) in caught.value.message and said in caught.value.message
    assert hint in caught.value.hint and "\n" not in caught.value.sentence()
