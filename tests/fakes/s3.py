"""A store that speaks enough of S3: one bucket in memory, every signature found anew, many requests at once."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from barometer.evidence.s3 import Credentials, sign


class FakeS3(BaseHTTPRequestHandler):
    """One bucket in memory; a request whose signature it does not find itself is refused."""

    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", code=""):
        if code:
            body = f"<Error><Code>{code}</Code></Error>".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def is_signed(self, content):
        """Signed anew from what arrived, by the names of headers that the request says it signed."""
        if hashlib.sha256(content).hexdigest() != self.headers.get("x-amz-content-sha256"):
            return False
        told = re.search("SignedHeaders=([^,]+)", self.headers.get("Authorization", ""))
        if not told or not {"host", "x-amz-content-sha256", "x-amz-date"} <= set(told[1].split(";")):
            return False
        headers = {name: self.headers[name] for name in told[1].split(";")}
        if "if-none-match" not in headers and self.headers.get("If-None-Match"):
            return False
        del headers["host"], headers["x-amz-content-sha256"], headers["x-amz-date"]
        now = datetime.strptime(self.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs((now - datetime.now(UTC)).total_seconds()) > 900:
            return False
        url = f"http://{self.headers['Host']}{self.path}"
        again = sign(self.command, url, headers, content, self.server.credentials, now)
        return again["Authorization"] == self.headers["Authorization"]

    def do_GET(self):
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server, parts = self.server, urlsplit(self.path)
        server.asked.append((self.command, self.path))
        _, bucket, key = (unquote(parts.path) + "/").split("/", 2)
        key = key.removesuffix("/")
        if not self.is_signed(content):
            return self.answer(403, code="SignatureDoesNotMatch")
        if server.fails:
            return self.answer(*server.fails)
        if bucket != "evidence":
            return self.answer(404, code="NoSuchBucket")
        if self.command == "DELETE":
            server.kept.pop(key, None)
            return self.answer(204)
        if self.command == "PUT":
            return self.put(key, content)
        if not key:
            return self.listed(dict(parse_qsl(parts.query)))
        found = server.kept.get(key)
        return self.answer(404, code="NoSuchKey") if found is None else self.answer(200, found)

    def do_PUT(self):
        self.do_GET()

    def do_DELETE(self):
        self.do_GET()

    def do_HEAD(self):
        self.do_GET()

    def put(self, key, content):
        if self.headers.get("If-None-Match") == "*" and key in self.server.kept:
            return self.answer(412, code="PreconditionFailed")
        self.server.kept[key] = content
        return self.answer(200)

    def listed(self, query):
        """At most three keys a page."""
        after = query.get("start-after", "")
        keys = sorted(key for key in self.server.kept if key.startswith(query["prefix"]) and key > after)
        shown = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys[:3])
        more = str(len(keys) > 3).lower()
        name = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
        body = f"<ListBucketResult {name}><IsTruncated>{more}</IsTruncated>{shown}</ListBucketResult>"
        return self.answer(200, body.encode())

    def log_message(self, *_):
        pass


@contextmanager
def serving(credentials: Credentials) -> Iterator[ThreadingHTTPServer]:
    """The store on a port of its own; `kept` has what lies there, `asked` what was asked."""
    with ThreadingHTTPServer(("127.0.0.1", 0), FakeS3) as server:
        server.kept, server.asked, server.fails = {}, [], None
        server.credentials = credentials
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
