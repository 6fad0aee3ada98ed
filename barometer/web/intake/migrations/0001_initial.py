"""Tips, sealed, and the keys that they are sealed to."""

import barometer.web.records.fields
import barometer.web.records.protected
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('records', '0011_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='TipRecipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_key', models.CharField(max_length=100, unique=True)),
                ('label', barometer.web.records.protected.ProtectedText()),
                ('added_on', models.DateField()),
                ('retired_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='TipMailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('last', models.PositiveBigIntegerField(default=0)),
                ('validity', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Tip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=40, unique=True)),
                ('lookup', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('receipt_key', models.CharField(blank=True, max_length=100)),
                ('channel', models.CharField(choices=[('form', 'Form'), ('mail', 'Mail')], default='form', max_length=4)),
                ('state', models.CharField(choices=[('new', 'New'), ('read', 'Read'), ('asked', 'Asked'), ('answered', 'Answered'), ('released', 'Released'), ('closed', 'Closed'), ('spam', 'Spam')], db_index=True, default='new', max_length=10)),
                ('week', models.DateField()),
                ('moved', models.DateField(db_index=True)),
            ],
            options={
                'ordering': ['-week', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('channel', 'form'), ('lookup__isnull', False), models.Q(('receipt_key', ''), _negated=True)), models.Q(('channel', 'mail'), ('lookup__isnull', True), ('receipt_key', '')), _connector='OR'), name='a_form_has_a_receipt_a_mail_none')],
            },
        ),
        migrations.CreateModel(
            name='TipRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', barometer.web.records.protected.ProtectedText()),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lead', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='tip_release', to='records.lead')),
                ('tip', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='releases', to='intake.tip')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='TipMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('from_desk', models.BooleanField(default=False)),
                ('week', models.DateField()),
                ('sealed', models.BinaryField()),
                ('size', models.PositiveIntegerField()),
                ('tip', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='intake.tip')),
            ],
            options={
                'ordering': ['tip', 'number'],
                'constraints': [models.UniqueConstraint(fields=('tip', 'number'), name='one_message_a_number')],
            },
        ),
    ]
