"""ONNX models: which are bundled, what a file holds and costs, what it is fed, its variants."""
