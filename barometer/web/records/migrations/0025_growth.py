from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0024_series")]

    operations = []
