"""Where the time of a call goes, led back to the nodes of the file."""
