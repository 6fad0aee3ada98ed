"""Hostile input: named targets, seeds for each, one way to break bytes, and one way to try them (tools/fuzz.py)."""
