"""Written names and words: folded forms across spellings and scripts."""
