"""Indexes by which the public site finds the published events of a case and of an item."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0019_releases")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["case", "state"], name="event_of_case_by_state"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["item", "state"], name="event_of_item_by_state"),
        ),
    ]
