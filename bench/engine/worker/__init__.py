"""The worker process: opens one model on one target and answers the parent's requests."""
