"""Landed migrations are never edited or squashed."""
