"""The machine: what it is and what disturbs it."""
