"""Bytes that claims rest on: kept once under their digest, never overwritten, verified at will."""

from barometer.evidence.store import Digest, Finding, Store, digest_of

__all__ = ["Digest", "Finding", "Store", "digest_of"]
