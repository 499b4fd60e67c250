"""What a page shows of a report beyond its table: charts, and where it all comes from."""
