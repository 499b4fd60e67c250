"""The parts of the HTML page: its markup, its data, and the files that are embedded in it."""
