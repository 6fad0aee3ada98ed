"""The outside → documents: here, files with bulletins, open letters and single reports."""

from barometer.sources.bulletin import Bulletin, BulletinEntry, BulletinSection, Link
from barometer.sources.bulletin_reader import read_bulletin, read_bulletin_file
from barometer.sources.bulletin_words import is_kazakh_latin, language_of
from barometer.sources.documents import read_document, read_document_file
from barometer.sources.extract import Extracted, extract
from barometer.sources.letter import Letter, is_letter, read_letter
from barometer.sources.report import read_report

__all__ = [
    "Bulletin",
    "BulletinEntry",
    "BulletinSection",
    "Extracted",
    "Letter",
    "Link",
    "extract",
    "is_kazakh_latin",
    "is_letter",
    "language_of",
    "read_bulletin",
    "read_bulletin_file",
    "read_document",
    "read_document_file",
    "read_letter",
    "read_report",
]
