"""ONNX models: which are bundled, how they are opened, and what they are fed."""
