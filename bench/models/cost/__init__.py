"""What a model must compute and move, counted from its graph."""
