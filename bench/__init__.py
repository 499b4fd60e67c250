"""Speed and accuracy of ONNX models, side by side, with proof of where they ran."""

__version__ = "0.1.0"
