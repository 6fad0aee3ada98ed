"""Watched sites, accounts and takedowns as a Django application."""

from django.apps import AppConfig


class WatchConfig(AppConfig):
    """Its pages; the records are in barometer.web.records."""

    name = "barometer.web.watch"
    label = "watch"
