import barometer.web.records.fields
import barometer.web.records.protected
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0017_alerts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WorkingFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('language', models.CharField(max_length=2)),
                ('texts', barometer.web.records.protected.ProtectedJSON()),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='working_files', to='records.issue')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReturnedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('name', barometer.web.records.protected.ProtectedText()),
                ('sha256', models.CharField(max_length=64)),
                ('read', barometer.web.records.protected.ProtectedJSON()),
                ('decided', barometer.web.records.protected.ProtectedJSON(blank=True, default=dict)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('working', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returned', to='records.workingfile')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
    ]
