"""A mail server on 127.0.0.1 for tests: takes what is sent, or refuses a recipient as a real one would."""

from __future__ import annotations

import email
import socketserver
import threading
from email.message import Message
from email.policy import default


class MailServer:
    """`with MailServer() as server`: `server.port`, `server.messages`; `refuse` is an address that it does not take."""

    def __init__(self, refuse: str = "") -> None:
        self.messages: list[Message] = []
        self.refuse = refuse
        house = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                house.talk(self.rfile, self.wfile)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def talk(self, asked, told):
        """One conversation, as far as RFC 5321 asks of a client that sends."""

        def say(line: str) -> None:
            told.write(f"{line}\r\n".encode())

        say("220 mail.example")
        for line in iter(asked.readline, b""):
            word = line.split()[0].upper().decode() if line.split() else ""
            if word == "DATA":
                say("354 go on")
                lines = iter(asked.readline, b".\r\n")
                text = b"".join(one[1:] if one.startswith(b"..") else one for one in lines)
                self.messages.append(email.message_from_bytes(text, policy=default))
            if word == "QUIT":
                say("221 bye")
                return
            if word == "RCPT" and self.refuse and self.refuse.encode() in line:
                say(f"550 no {self.refuse} here")
            else:
                say("250 well")
