"""What is shown of a report, gate, history, profile or model."""
