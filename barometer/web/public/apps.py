"""The public site as a Django application."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """Pages for everybody: they show published records and nothing else."""

    name = "barometer.web.public"
    label = "public"
