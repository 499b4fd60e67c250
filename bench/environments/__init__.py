"""Interpreters with other packages than ours, in which workers run."""
