"""An index that knows which events hit or name a party without its mentions being read: an outlet has thousands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0026_publication")]

    operations = [
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(fields=["party", "side", "event"], name="mention_by_party"),
        ),
    ]
