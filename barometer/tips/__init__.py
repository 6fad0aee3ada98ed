"""Tips from people at risk: receipts, seals to the desk's keys, and opening them away from the server.

Nothing here knows the web or the database. What is sealed is age (age-encryption.org) around a small container,
described in `seal.py`, that can be read without this software.
"""

from barometer.tips.keys import check_recipient, make_identity, read_identities, recipient_of
from barometer.tips.receipt import Receipt, ReceiptKeys, draw, keys_of, parse
from barometer.tips.seal import File, Message, open_sealed, seal, size_class

__all__ = [
    "File",
    "Message",
    "Receipt",
    "ReceiptKeys",
    "check_recipient",
    "draw",
    "keys_of",
    "make_identity",
    "open_sealed",
    "parse",
    "read_identities",
    "recipient_of",
    "seal",
    "size_class",
]
