"""The outside → documents: here, bulletins as files."""

from barometer.sources.bulletin import (
    Bulletin,
    BulletinEntry,
    BulletinSection,
    Link,
    language_of,
    read_bulletin,
    read_bulletin_file,
)
from barometer.sources.extract import Extracted, extract

__all__ = [
    "Bulletin",
    "BulletinEntry",
    "BulletinSection",
    "Extracted",
    "Link",
    "extract",
    "language_of",
    "read_bulletin",
    "read_bulletin_file",
]
