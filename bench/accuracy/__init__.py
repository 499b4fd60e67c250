"""Whether a model's outputs are right: data sets and how answers are counted."""
