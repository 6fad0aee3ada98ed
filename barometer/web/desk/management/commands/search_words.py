"""`barometer manage search_words`: make the words by which events and leads are found anew, after they were made otherwise."""

from django.core.management.base import BaseCommand
from django.db import transaction

from barometer.web.actions.leads import search_words
from barometer.web.actions.rewriting import refresh_search
from barometer.web.records.gathering import Lead
from barometer.web.records.models import Item

CHUNK = 200


class Command(BaseCommand):
    """Computed values only: nothing that a person said is touched."""

    help = "Make the words by which events and leads are found anew."

    def handle(self, **options):
        """Every entry and lead, some hundreds at a time."""
        events = leads = after = 0
        while items := list(
            Item.objects.filter(pk__gt=after).select_related("source").order_by("pk")[:CHUNK]
        ):
            with transaction.atomic():
                events += sum(refresh_search(item) for item in items)
            after = items[-1].pk
        after = 0
        while rows := list(Lead.objects.filter(pk__gt=after).order_by("pk")[:CHUNK]):
            with transaction.atomic():
                for row in rows:
                    if row.search_text != (words := search_words(row.title)):
                        leads += Lead.objects.filter(pk=row.pk).update(search_text=words)
            after = rows[-1].pk
        self.stdout.write(f"{events} events and {leads} leads have new words")
