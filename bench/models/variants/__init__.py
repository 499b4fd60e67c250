"""Models made of a model: other number formats, and the same function in fewer steps."""
