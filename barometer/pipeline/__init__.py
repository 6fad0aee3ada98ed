"""The rooms in a row: files → bulletins → proposed events → names and cases → coded files."""

from barometer.pipeline.read import read_files, write

__all__ = ["read_files", "write"]
