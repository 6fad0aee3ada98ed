"""People of the desk as a Django application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The user model of our own."""

    name = "barometer.web.accounts"
    label = "accounts"
