"""One driver, many nodes: the shards of a plan on a cluster, each once, one on a node at a time."""
