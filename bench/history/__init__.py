"""Measurements of many days in a local SQLite file, and a new one held against them."""
