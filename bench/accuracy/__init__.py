"""Whether a model's outputs are right: answers counted, numbers held against a reference."""
