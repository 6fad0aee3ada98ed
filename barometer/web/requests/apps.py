"""The room of requests for information, as an application of Django."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """Requests for information."""

    name = "barometer.web.requests"
    label = "requests"
