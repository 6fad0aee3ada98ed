"""An index by which the API reads a page of the events in their order, however deep."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0024_series")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["-first_day", "public_id", "state"], name="event_by_day_and_id"),
        ),
    ]
