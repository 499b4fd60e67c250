"""From samples to figures, comparisons and advice; formats compute nothing."""
