"""Tips as a Django application."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """What people at risk send, sealed; the way back by a receipt."""

    name = "barometer.web.intake"
    label = "intake"
