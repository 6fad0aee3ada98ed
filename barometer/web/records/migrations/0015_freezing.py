"""What an issued bulletin rests on: approvals, blocked items, imprint, editions and their files, kept by triggers."""

import barometer.web.records.fields
import barometer.web.records.protected
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from barometer.web.records.keeping import keeper, redactable

#: table → what a row is called, and its columns that no two rows share
KEPT = {
    "records_issueapproval": ("an approval", ("public_id",)),
    "records_itemblock": ("a block", ("public_id",)),
    "records_edition": ("an edition", ("public_id",)),
    "records_frozenfile": ("a frozen file", ("public_id",)),
}
#: the columns of them whose words may be erased
WORDS = {
    "records_issueapproval": ("by",),
    "records_itemblock": ("by", "reason"),
    "records_edition": ("by",),
}


def let_words_go(apps, schema_editor):
    """A redaction erases words of these rows, and nothing else changes them."""
    for table, words in WORDS.items():
        for statement in redactable(schema_editor.connection, table, KEPT[table][0], words):
            schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0014_issues'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('number', models.PositiveSmallIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('software', models.CharField(max_length=40)),
                ('codebook', models.CharField(max_length=20)),
                ('items', models.JSONField(default=list)),
                ('events', models.JSONField(default=list)),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='records.issue')),
                ('redaction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='records.redaction')),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.evidenceitem')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['issue', 'number'],
            },
        ),
        migrations.CreateModel(
            name='FrozenFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('language', models.CharField(max_length=2)),
                ('format', models.CharField(max_length=10)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='records.edition')),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='frozen_files', to='records.evidenceitem')),
            ],
            options={
                'ordering': ['edition', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ImprintLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('format', models.CharField(blank=True, max_length=10)),
                ('part', models.CharField(choices=[('funder', 'Funder'), ('statutory', 'Statutory'), ('licence', 'Licence'), ('disclaimer', 'Disclaimer'), ('contact', 'Contact')], max_length=12)),
                ('text_en', models.TextField(blank=True)),
                ('text_ru', models.TextField(blank=True)),
                ('text_kk', models.TextField(blank=True)),
                ('issue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='imprint_lines', to='records.issue')),
            ],
        ),
        migrations.CreateModel(
            name='IssueApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('kind', models.CharField(choices=[('monitor', 'Monitor'), ('lawyer', 'Lawyer'), ('director', 'Director')], max_length=10)),
                ('digest', models.CharField(max_length=64)),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='records.issue')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ItemBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('is_blocked', models.BooleanField()),
                ('reason', barometer.web.records.protected.ProtectedText()),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='blocks', to='records.issue')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='blocks', to='records.item')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(fields=('issue', 'number'), name='one_edition_a_number'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('by', ''), _negated=True), name='an_edition_is_somebody_s'),
        ),
        migrations.AddConstraint(
            model_name='frozenfile',
            constraint=models.UniqueConstraint(fields=('edition', 'language', 'format'), name='one_copy_of_an_edition'),
        ),
        migrations.AddConstraint(
            model_name='imprintline',
            constraint=models.UniqueConstraint(fields=('issue', 'format', 'part'), name='one_line_a_part_of_an_issue'),
        ),
        migrations.AddConstraint(
            model_name='imprintline',
            constraint=models.UniqueConstraint(condition=models.Q(('issue__isnull', True)), fields=('format', 'part'), name='one_line_a_part_of_the_house'),
        ),
        migrations.AddConstraint(
            model_name='issueapproval',
            constraint=models.CheckConstraint(condition=models.Q(('by', ''), _negated=True), name='an_approval_is_somebody_s'),
        ),
        migrations.AddConstraint(
            model_name='itemblock',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='a_block_says_why_and_by_whom'),
        ),
        migrations.RunPython(keeper(KEPT), elidable=False),
        migrations.RunPython(let_words_go, elidable=False),
    ]
