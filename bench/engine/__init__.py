"""How samples come to be: a plan of cases, worker processes, and rounds of timed slots."""
