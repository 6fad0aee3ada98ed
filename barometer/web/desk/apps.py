"""The desk as a Django application."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Pages behind login: what the editors work with."""

    name = "barometer.web.desk"
    label = "desk"
