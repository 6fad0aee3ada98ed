"""Who may see a field, and ids that cannot be guessed."""

import secrets

PUBLIC = "public"
INTERNAL = "internal"
PROTECTED = "protected"
FIELD_CLASSES = (PUBLIC, INTERNAL, PROTECTED)

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/l/i: ids are read out on the telephone


def new_public_id() -> str:
    """Sixteen letters and figures drawn by chance: about 79 bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(16))
