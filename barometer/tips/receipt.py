"""A receipt: 28 digits, the only way back to a tip. Digits, since they are the same in every language and alphabet.

26 are drawn by chance (86 bits), two tell slips of the pen. The server keeps none of them: from the digits are
derived the name under which the tip lies and the key to which the desk's questions are sealed.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from pyrage import x25519

from barometer.errors import UnknownValue

DRAWN, DIGITS, GROUP = 26, 28, 4
#: Never changed: with other values no receipt that was given out would find its tip.
_SALT = b"press barometer: receipt of a tip, 1"
_COST, _BLOCK, _MEMORY = 1 << 14, 8, 64 << 20
#: Letters that are read as digits where digits are expected.
_TAKEN_FOR = str.maketrans("oOоОlI", "000011")
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


@dataclass(frozen=True)
class Receipt:
    """The digits. Not in `repr`, so that no traceback and no log tells them."""

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.digits) != DIGITS or not self.digits.isdecimal() or int(self.digits) % 97 != 1:
            raise _refused("one of its digits is wrong")

    @property
    def shown(self) -> str:
        """As it is written down: seven groups of four."""
        return " ".join(self.digits[at : at + GROUP] for at in range(0, DIGITS, GROUP))


@dataclass(frozen=True)
class ReceiptKeys:
    """What follows from a receipt: `lookup` and `recipient` are kept by the server, `identity` is not."""

    lookup: str
    recipient: str
    identity: str = field(repr=False)


def draw() -> Receipt:
    """A new receipt."""
    drawn = secrets.randbelow(10**DRAWN)
    return Receipt(f"{drawn:0{DRAWN}}{98 - drawn * 100 % 97:02}")


def parse(text: str) -> Receipt:
    """The receipt that somebody wrote: digits of any script, whatever stands between them. UnknownValue.

    The message never repeats what was written: it may be a receipt but for one digit.
    """
    read = (unicodedata.digit(sign, None) for sign in text[:1000].translate(_TAKEN_FOR))
    digits = "".join(str(digit) for digit in read if digit is not None)
    if len(digits) != DIGITS:
        raise _refused(f"it has {len(digits)} digits, not {DIGITS}")
    return Receipt(digits)


def keys_of(receipt: Receipt) -> ReceiptKeys:
    """The keys of a receipt. Slow on purpose (scrypt): each guess costs as much."""
    root = hashlib.scrypt(
        receipt.digits.encode(), salt=_SALT, n=_COST, r=_BLOCK, p=1, dklen=32, maxmem=_MEMORY
    )
    identity = x25519.Identity.from_str(_bech32("age-secret-key-", _derived(root, b"identity")).upper())
    return ReceiptKeys(_derived(root, b"lookup").hex(), str(identity.to_public()), str(identity))


def _derived(root: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(SHA256(), 32, b"press barometer tip " + purpose).derive(root)


def _refused(why: str) -> UnknownValue:
    return UnknownValue(f"this is no receipt: {why}", next_step="compare it with what you wrote down")


def _bech32(prefix: str, data: bytes) -> str:
    """Bytes as BIP 173 writes them, which is how age writes keys."""
    bits, count, values = 0, 0, []
    for byte in data:
        bits, count = bits << 8 | byte, count + 8
        while count >= 5:
            count -= 5
            values.append(bits >> count & 31)
        bits &= (1 << count) - 1
    if count:
        values.append(bits << 5 - count & 31)
    head = [ord(sign) >> 5 for sign in prefix] + [0] + [ord(sign) & 31 for sign in prefix]
    check = _polymod([*head, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [check >> 5 * (5 - at) & 31 for at in range(6)]
    return f"{prefix}1{''.join(_BECH32[value] for value in values)}"


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for at, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> at & 1 else 0
    return check
