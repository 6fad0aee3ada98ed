"""The ledger as a Django application."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Models, their constraints, search; rows change through barometer.web.actions."""

    name = "barometer.web.records"
    label = "records"
    verbose_name = "Ledger"
