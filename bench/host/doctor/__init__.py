"""The checks of the machine that `bench doctor` makes."""
