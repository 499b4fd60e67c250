"""What a model answers: on the plain reference, and how far one answer is from another."""
