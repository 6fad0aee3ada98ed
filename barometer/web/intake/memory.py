"""Uploads of a tip stay in memory: no byte of them is on the disk before it is sealed."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from barometer.web.intake.rules import MOST_BYTES


class InMemory(FileUploadHandler):
    """Keeps all files of a request together under a limit; over it they are let go, and `too_large` says so.

    The rest is read on, so that the fields of the form are there to be shown again.
    """

    def __init__(self, request: Any = None, most: int = MOST_BYTES) -> None:
        super().__init__(request)
        self.too_large = False
        self._most = most
        self._taken = 0
        self._stream = io.BytesIO()

    def new_file(self, *arguments: Any, **named: Any) -> None:
        """Begin a file."""
        super().new_file(*arguments, **named)
        self._stream = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take a part of it."""
        self._taken += len(raw_data)
        if self.too_large or self._taken > self._most:
            self.too_large = True
            self._stream = io.BytesIO()
            raise SkipFile
        self._stream.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file."""
        self._stream.seek(0)
        return InMemoryUploadedFile(
            self._stream, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )
