"""What kind of desk this is, as whoever runs it declared."""

from django.conf import settings


def is_small_desk() -> bool:
    """Whether one or two people do everything: what one person did alone is then told so on the record."""
    return bool(settings.SMALL_DESK)
