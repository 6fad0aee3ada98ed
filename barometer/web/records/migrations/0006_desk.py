"""The desk's own: acts on leads, saved views, cases followed, mails wanted, second codings."""

import barometer.web.records.fields
import barometer.web.records.protected
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from barometer.names.words import index_words
from barometer.web.records.keeping import keeper

KEPT = {
    "records_leadact": ("an act on a lead", ("undoes_id",)),
    "records_secondcoding": ("a second coding", ("public_id", "lead_id")),
    "records_codingchoice": ("a choice between codings", ("public_id", "coding_id")),
}


def begin(apps, schema_editor):
    """What the inbox is asked by, of the leads that are there already."""
    lead, sighting = apps.get_model("records", "Lead"), apps.get_model("records", "Sighting")
    for row in lead.objects.select_related("document").order_by("pk").iterator(chunk_size=200):
        groups = row.proposed.get("entries") or row.proposed.get("cases") or []
        types = [event["types"][0] for group in groups for event in group.get("events", [])]
        first = sighting.objects.filter(document=row.document).order_by("seen_at", "pk").first()
        lead.objects.filter(pk=row.pk).update(
            watched=first.watched if row.document and first else None,
            language=row.document.language if row.document else "",
            main_type=types[0] if types else "",
            search_text=f" {index_words(row.title)}",
        )


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0005_gathering"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CodingChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('stands', barometer.web.records.protected.ProtectedJSON()),
                ('reason', barometer.web.records.protected.ProtectedText()),
                ('by', barometer.web.records.protected.ProtectedText()),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='DigestWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rhythm', models.CharField(choices=[('never', 'Never'), ('daily', 'Daily'), ('weekly', 'Weekly')], default='never', max_length=10)),
                ('language', models.CharField(default='en', max_length=2)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Following',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='LeadAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('assign', 'Assign'), ('snooze', 'Snooze'), ('wake', 'Wake'), ('dismiss', 'Dismiss'), ('reopen', 'Reopen'), ('take', 'Take'), ('undo', 'Undo')], max_length=10)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('reason', barometer.web.records.protected.ProtectedText(blank=True)),
                ('until', models.DateField(blank=True, null=True)),
                ('batch', models.CharField(db_index=True, max_length=16)),
                ('before', barometer.web.records.protected.ProtectedJSON()),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('query', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SecondCoding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('values', barometer.web.records.protected.ProtectedJSON()),
                ('first', barometer.web.records.protected.ProtectedJSON()),
                ('machine', barometer.web.records.protected.ProtectedJSON(blank=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='lead',
            name='assigned_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='lead',
            name='assigned_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lead',
            name='language',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name='lead',
            name='main_type',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='lead',
            name='search_text',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='lead',
            name='snoozed_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='lead',
            name='watched',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='leads', to='records.watchedsource'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(fields=['state', 'snoozed_until', 'assigned_to', 'language', 'watched', 'origin', 'main_type', 'relevance', 'created_at'], name='what_the_inbox_is_asked'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(fields=['state', '-created_at', '-id'], name='leads_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('assigned_at__isnull', True), ('assigned_to__isnull', True)), models.Q(('assigned_at__isnull', False), ('assigned_to__isnull', False)), _connector='OR'), name='given_to_someone_at_a_time'),
        ),
        migrations.AddField(
            model_name='codingchoice',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='digestwish',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='digest_wish', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='following',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='followers', to='records.case'),
        ),
        migrations.AddField(
            model_name='following',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='following', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='leadact',
            name='lead',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='records.lead'),
        ),
        migrations.AddField(
            model_name='leadact',
            name='to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='leadact',
            name='undoes',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='records.leadact'),
        ),
        migrations.AddField(
            model_name='leadact',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lead_acts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='savedview',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='secondcoding',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='second_codings', to='records.event'),
        ),
        migrations.AddField(
            model_name='secondcoding',
            name='lead',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='second_coding', to='records.lead'),
        ),
        migrations.AddField(
            model_name='secondcoding',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='codingchoice',
            name='coding',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='choice', to='records.secondcoding'),
        ),
        migrations.AddConstraint(
            model_name='following',
            constraint=models.UniqueConstraint(fields=('user', 'case'), name='a_case_is_followed_once'),
        ),
        migrations.AddConstraint(
            model_name='leadact',
            constraint=models.CheckConstraint(condition=models.Q(('by', ''), _negated=True), name='an_act_on_a_lead_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='leadact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act', 'dismiss'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_lead_is_let_go_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='leadact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act', 'undo'), ('undoes__isnull', False)), models.Q(models.Q(('act', 'undo'), _negated=True), ('undoes__isnull', True)), _connector='OR'), name='an_undoing_is_of_an_act'),
        ),
        migrations.AddConstraint(
            model_name='leadact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act', 'snooze'), ('until__isnull', False)), models.Q(models.Q(('act', 'snooze'), _negated=True), ('until__isnull', True)), _connector='OR'), name='a_lead_is_put_off_to_a_day'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('user', 'name'), name='one_view_a_name'),
        ),
        migrations.AddConstraint(
            model_name='secondcoding',
            constraint=models.CheckConstraint(condition=models.Q(('by', ''), _negated=True), name='a_second_coding_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='codingchoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('by', ''), _negated=True)), name='a_choice_of_coding_says_why_and_by_whom'),
        ),
        migrations.RunPython(keeper(KEPT), migrations.RunPython.noop),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
