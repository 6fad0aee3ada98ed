"""Takedown notices."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0022_watch")]

    operations = []
