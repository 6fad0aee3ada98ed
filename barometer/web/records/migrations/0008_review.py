"""What review leaves behind: reviews, harm checks, marks on links, statements held back, notes for readers."""

import barometer.web.records.fields
import barometer.web.records.protected
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from barometer.web.records.keeping import keeper

KEPT = {
    "records_review": ("a review", ("public_id",)),
    "records_harmcheck": ("a harm check", ("public_id",)),
    "records_linkmark": ("a mark on a link", ("public_id",)),
    "records_publicnote": ("a note for readers", ("public_id",)),
}


class Migration(migrations.Migration):
    dependencies = [("records", "0007_drafts")]

    operations = [
        migrations.CreateModel(
            name='HarmCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('content', models.CharField(max_length=64)),
                ('answers', models.JSONField()),
                ('note', barometer.web.records.protected.ProtectedText(blank=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='harm_checks', to='records.event')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('by', ''), _negated=True), name='a_harm_check_is_somebody_s')],
            },
        ),
        migrations.CreateModel(
            name='HeldStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('kind', models.CharField(choices=[('court order', 'Court Order'), ('refutation', 'Refutation'), ('gag order', 'Gag'), ('agreement', 'Agreement'), ('own correction', 'Own')], max_length=20)),
                ('words', barometer.web.records.protected.ProtectedText()),
                ('demanded_by', barometer.web.records.protected.ProtectedText()),
                ('date', models.DateField()),
                ('source', models.TextField()),
                ('freed_at', models.DateTimeField(blank=True, null=True)),
                ('freed_why', models.TextField(blank=True)),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='held_statements', to='records.event')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-date', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('by', ''), _negated=True), models.Q(('words', ''), _negated=True), models.Q(('demanded_by', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='a_held_statement_says_what_and_why'), models.CheckConstraint(condition=models.Q(models.Q(('freed_at__isnull', True), ('freed_why', '')), models.Q(('freed_at__isnull', False), models.Q(('freed_why', ''), _negated=True)), _connector='OR'), name='freed_at_a_time_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='LinkMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('address', models.TextField()),
                ('is_public', models.BooleanField()),
                ('reason', models.TextField()),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='link_marks', to='records.item')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('by', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='a_link_mark_says_why_and_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='PublicNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('kind', models.CharField(choices=[('correction', 'Correction'), ('reply', 'Reply'), ('withdrawal', 'Withdrawal'), ('return', 'Return')], max_length=12)),
                ('date', models.DateField(default=django.utils.timezone.localdate)),
                ('reason', models.CharField(choices=[('error', 'Error'), ('source', 'Source'), ('facts', 'Facts'), ('order', 'Order'), ('safety', 'Safety'), ('reply', 'Reply'), ('other', 'Other')], max_length=12)),
                ('words_en', models.TextField(blank=True)),
                ('words_ru', models.TextField(blank=True)),
                ('words_kk', models.TextField(blank=True)),
                ('revision', models.PositiveIntegerField(blank=True, null=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='public_notes', to='records.event')),
                ('received', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='records.evidenceitem')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['date', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('by', ''), _negated=True), models.Q(('words_en', ''), ('words_kk', ''), ('words_ru', ''), _negated=True)), name='a_public_note_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'reply'), _negated=True), ('received__isnull', False), _connector='OR'), name='a_reply_was_received')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('content', models.CharField(max_length=64)),
                ('double_checked', models.BooleanField()),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='records.event')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('by', ''), _negated=True), name='a_review_is_somebody_s')],
            },
        ),
        migrations.RunPython(keeper(KEPT), elidable=False),
    ]
