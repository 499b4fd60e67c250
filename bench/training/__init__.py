"""Reports over several training runs."""
