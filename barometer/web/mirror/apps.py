"""The mirror as a Django application: its own few pages."""

from django.apps import AppConfig


class MirrorConfig(AppConfig):
    """The public site as files."""

    name = "barometer.web.mirror"
    label = "mirror"
