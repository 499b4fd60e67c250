"""What only makes training on a CPU faster: without it the networks learn the same, more slowly."""
