"""`barometer manage name_blocks`: make the keys by which parties are found anew, after the way they are made changed."""

from django.core.management.base import BaseCommand
from django.db import transaction

from barometer.web.records.models import Party
from barometer.web.records.naming import refresh_blocks

CHUNK = 500


class Command(BaseCommand):
    """Computed rows only: nothing that a person said is touched."""

    help = "Make the keys by which names are found anew."

    def handle(self, **options):
        """Every party, some hundreds at a time."""
        changed = after = 0
        while parties := list(Party.objects.filter(pk__gt=after).order_by("pk")[:CHUNK]):
            with transaction.atomic():
                changed += refresh_blocks(parties)
            after = parties[-1].pk
        self.stdout.write(f"{changed} of {Party.objects.count()} names have new keys")
