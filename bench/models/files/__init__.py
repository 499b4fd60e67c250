"""What can be read of an ONNX file without running it."""
