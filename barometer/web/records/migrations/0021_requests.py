"""Requests for information."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0020_indexes")]

    operations = []
