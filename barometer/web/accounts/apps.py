"""People of the desk as a Django application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The user model of our own, and what allauth tells the log."""

    name = "barometer.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to allauth."""
        from barometer.web.accounts import signals  # noqa: F401
