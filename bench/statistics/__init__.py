"""Pure functions from numbers to estimates, intervals and verdicts."""
