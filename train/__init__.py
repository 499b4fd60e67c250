"""The two networks of onnx-bench: their data, their training and their export to ONNX."""
