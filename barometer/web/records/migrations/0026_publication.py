"""An index by which feeds and alerts read the events that were published last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0025_growth")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["-published_at", "-id", "state"], name="event_by_publication"),
        ),
    ]
