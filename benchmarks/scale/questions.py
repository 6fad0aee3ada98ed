"""What is asked of a ledger of some size, and how long each answer takes: a line of JSON for each.

Pages are asked in this process, without a network; before each, everything that pages remember is forgotten but what a
process brings up to date with each change as a database does its indexes: the columns, and who is not named. Making
these anew is a question of its own. Writing is done and taken back.
"""

from __future__ import annotations

import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import set_urlconf
from plan import LAST
from world import LANGUAGES

from barometer.codebook import Quarter
from barometer.web.actions.revisions import record_revision
from barometer.web.config.warm import begin_with_the_ledger, warm
from barometer.web.public import memory
from barometer.web.records import models

PERIOD = str(Quarter.of(LAST))
ASKED = 30
IMPORTED = 200
PAGES_MADE = 60


def ask(what: str) -> None:
    """Ask one question, or all inputs of one, and print what came of it."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.DEBUG = False
    before = fixed_work()
    found = QUESTIONS[what]()
    found["fixed"] = [before, fixed_work()]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"what": what, "megabytes": round(peak), **found}), flush=True)


def fixed_work() -> float:
    """Milliseconds of a processor for the same work each time: a machine that is shared is not always as quick."""
    begun = time.process_time()
    words: dict[int, str] = {}
    for number in range(400_000):
        words[number % 1_000] = str(number)
    return (time.process_time() - begun) * 1000


#: What is brought up to date and not made anew: barometer.web.public.columns, records.hiding, and what follows of them.
KEPT = ("columns", "hidden people", ("names", "site"), "beside withheld people", "words of withheld names")


# --- pages ------------------------------------------------------------------------------------------------


def _pages(addresses: list[str]) -> dict[str, Any]:
    """The times of the answers to these addresses, each a first one of a process that has started as a server does."""
    warm()
    begin_with_the_ledger().join()
    client = Client()
    client.get("/en/events/?kind=violation")  # what a process does once
    client.get("/en/search/?q=court")

    def get(number: int, address: str) -> None:
        # Every reader comes from elsewhere: how often one address asks is not what is measured.
        answer = client.get(address, follow=True, REMOTE_ADDR=f"127.1.{number // 250}.{number % 250 + 1}")
        assert answer.status_code == 200, (address, answer.status_code)

    def forget() -> None:
        memory.forget(but=KEPT)
        caches["default"].clear()

    return _each(addresses, get, forget)


def _each(
    inputs: list[str], work: Callable[[int, str], Any], before: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Milliseconds of the work on each input: half are quicker than p50, 95 in 100 than p95; and of the processor."""
    times, busy = [], []
    for number, one in enumerate(inputs):
        before()
        clock, processor = time.perf_counter(), time.process_time()
        work(number, one)
        times.append((time.perf_counter() - clock) * 1000)
        busy.append((time.process_time() - processor) * 1000)
    slowest = inputs[max(range(len(inputs)), key=busy.__getitem__)]
    found = {"p50": sorted(times)[len(times) // 2], "p95": sorted(times)[int(len(times) * 0.95)]}
    found |= {"own_p50": sorted(busy)[len(busy) // 2], "own_p95": sorted(busy)[int(len(busy) * 0.95)]}
    return found | {"inputs": len(inputs), "slowest": slowest}


def _drawn(how_many: int = ASKED) -> list[models.Event]:
    """Published events, drawn from all over the ledger, the same in each ledger of a size."""
    chance = random.Random(4)
    most = models.Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
    found: dict[int, models.Event] = {}
    while len(found) < how_many:
        some = [chance.randrange(1, most + 1) for _ in range(how_many * 2)]
        rows = models.Event.objects.public().exclude(case=None).filter(pk__in=some)
        found |= {row.pk: row for row in rows.select_related("case", "item")}
    return list(found.values())[:how_many]


def _facets() -> dict[str, Any]:
    rows = _drawn()
    return _pages(
        [
            f"/{LANGUAGES[number % 3]}/events/?section={row.item.section}&region={row.region}&type={row.main_type}"
            for number, row in enumerate(rows)
        ]
    )


def _broad() -> dict[str, Any]:
    """The facet that eight events in ten have, on its first pages."""
    return _pages([f"/{LANGUAGES[n % 3]}/events/?kind=violation&page={n // 3 + 1}" for n in range(ASKED)])


def _words() -> dict[str, Any]:
    """A surname and a town, and words that many texts have, in three languages."""
    found = []
    for number, row in enumerate(_drawn()):
        language = LANGUAGES[number % 3]
        said = getattr(row, f"summary_{language}") or row.summary_en
        words = [word.strip(".,:;()«»—") for word in said.split()]
        long_ = sorted((word for word in words if word.isalpha()), key=len)[-2:]
        found.append(f"/{language}/events/?q={'+'.join(long_)}")
    return _pages(found)


def _cases() -> dict[str, Any]:
    from barometer.web.public.joined import slug_of

    return _pages([f"/{LANGUAGES[n % 3]}/cases/{slug_of(row.case.slug)}/" for n, row in enumerate(_drawn())])


def _people(how_many: int = ASKED) -> list[str]:
    chance = random.Random(5)
    most = models.Party.objects.order_by("-pk").values_list("pk", flat=True)[0]
    some = [chance.randrange(1, most + 1) for _ in range(how_many * 40)]
    rows = models.Party.objects.filter(pk__in=some, kind="person").order_by("public_id")
    return list(rows.values_list("name", flat=True)[:how_many])


def _search() -> dict[str, Any]:
    return _pages(
        [f"/{LANGUAGES[n % 3]}/search/?q={'+'.join(name.split())}" for n, name in enumerate(_people())]
    )


def _interface() -> dict[str, Any]:
    return _pages(
        [
            f"/api/v1/events?region={row.region}&type={row.main_type}&limit={20 + n}"
            for n, row in enumerate(_drawn())
        ]
    )


def _deep() -> dict[str, Any]:
    """Pages of the whole list that begin somewhere in its depth."""
    rows = [row for row in _drawn(2 * ASKED) if row.first_day][:ASKED]
    return _pages([f"/api/v1/events?cursor={row.first_day.toordinal()}.{row.public_id}" for row in rows])


# --- work -------------------------------------------------------------------------------------------------


def _desk() -> dict[str, Any]:
    """Pages with which a day at the desk goes by, each the second time that a process is asked for it."""
    from django.contrib.auth.models import Group

    from barometer.web.accounts.models import User

    waiting = (
        models.Event.objects.filter(state="accepted").order_by("-pk").values_list("public_id", flat=True)
    )
    slugs = models.Case.objects.order_by("-pk").values_list("slug", flat=True)
    addresses = [
        "/desk/day/", "/desk/carryover/", "/desk/carryover/?page=3", "/desk/leads/", "/desk/code/", "/desk/review/",
        *(f"/desk/review/{one}/" for one in waiting[:3]), "/desk/names/", "/desk/people/", "/desk/cases/",
        *(f"/desk/cases/{one}/" for one in slugs[:2]), "/desk/issues/",
    ]  # fmt: skip
    client = Client()
    with transaction.atomic():
        user = User.objects.create(username="of-the-bench", is_staff=True)
        user.groups.set(Group.objects.get_or_create(name=name)[0] for name in ("monitor", "editor"))
        client.force_login(user)

        def get(_: int, address: str) -> None:
            assert client.get(address).status_code == 200, address

        first = _each(addresses, get)
        found = _each(addresses, get)
        transaction.set_rollback(True)
    return found | {"told": f"the first time p95 {first['p95'] / 1000:.1f} s ({first['slowest']})"}


def _timed(work: Callable[[], Any], times: float = 1.0) -> dict[str, Any]:
    """Seconds of the work, as if it were so many times as much; and of this process's processor."""
    clock, processor = time.perf_counter(), time.process_time()
    said = work()
    seconds, own = time.perf_counter() - clock, time.process_time() - processor
    told = said if isinstance(said, str) else ""
    return {"seconds": seconds * times, "own": own * times, "inputs": 1, "told": told}


def _start() -> dict[str, Any]:
    """The first page of a process that has nothing in mind yet."""
    client = Client()
    client.get("/en/about/")  # the program itself
    memory.forget()
    return _timed(lambda: client.get("/en/events/").status_code == 200 and "")


def _change() -> dict[str, Any]:
    """A page after a change of some events, each time of others; the changes are taken back."""
    client = Client()
    client.get("/en/events/")
    rows = _drawn()
    with transaction.atomic():

        def get(number: int, _: str) -> None:
            record_revision(rows[number], "touch", by="bench", reason="to measure")
            memory.REST = 0.0
            assert client.get("/en/events/").status_code == 200

        found = _each([row.public_id for row in rows[:10]], get)
        transaction.set_rollback(True)
    return found


def _names() -> dict[str, Any]:
    """The search for people as the desk and the command line ask it."""
    from barometer.web.records.naming import search

    search("Qiyal Beynesi")  # what a process does once
    return _each(_people(), lambda _, name: search(name))


def _import() -> dict[str, Any]:
    """New reports of an invented quarter as proposals, with everything that is looked for in the ledger; taken back."""
    from barometer.web.actions.importing import import_files

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "news-of-the-bench.json"
        events = _news(file)
        found = _timed(lambda: import_files([file], dry_run=True), 10_000 / events)
    return found | {"told": f"{events:,} imported, scaled"}


def _news(file: Path) -> int:
    """A coded file of events like the ledger's own, of the days after its last; how many."""
    rows = list(
        models.Event.objects.public().order_by("-pk").values_list("coded", "item__headline")[:IMPORTED]
    )
    entries = []
    for number, (coded, headline) in enumerate(rows, 1):
        one = {name: value for name, value in coded.items() if name != "case"}
        day = (LAST + timedelta(days=1 + number % 20)).isoformat()
        one |= {"date": day, "case": f"news-of-the-bench-{number}", "upcoming": []}
        lines = [number * 2, number * 2]
        entries.append({"id": str(number), "lines": lines, "headline": headline, "events": [one]})
    told = {"source": file.name, "codebook": "1.2", "language": "en", "entries": entries}
    file.write_text(json.dumps(told), encoding="utf-8")
    return len(rows)


def _indicators() -> dict[str, Any]:
    from barometer.indicators.report import report
    from barometer.web.public.figures import given

    return _timed(lambda: report(PERIOD, given(PERIOD, LAST), LAST) and "")


def _release() -> dict[str, Any]:
    from barometer.web.actions.releasing import release

    with tempfile.TemporaryDirectory() as folder:

        def make() -> str:
            made = release(PERIOD, Path(folder), by="", draft=True, day=LAST)
            return f"{len(made.frozen.records.events):,} events"

        return _timed(make)


def _mirror() -> dict[str, Any]:
    """The pages of some events of the latest quarter and of their cases, in three languages, scaled to all of them."""
    from barometer.web.mirror.addresses import Place, place
    from barometer.web.mirror.making import Job, Maker
    from barometer.web.public import joined

    quarter = Quarter.parse(PERIOD)
    rows = models.Event.objects.public().filter(first_day__gte=quarter.first, first_day__lte=quarter.last)
    count = rows.count()
    with tempfile.TemporaryDirectory() as folder:
        with joined.one_state():
            slugs = (
                rows.exclude(case=None).order_by("-pk").values_list("public_id", "case__slug")[:PAGES_MADE]
            )
            wanted = [
                f"/en/{at}/"
                for event, slug in slugs
                for at in (f"events/{event}", f"cases/{joined.slug_of(slug)}")
            ]
        places: Iterator[Place] = (found for address in dict.fromkeys(wanted) if (found := place(address)))
        with Maker(Job(Path(folder), "")) as maker:
            first = next(places)
            maker.make([first])  # what is worked out once a run
            left = list(places)
            found = _timed(
                lambda: maker.make(left) and "", count * len(wanted) / len(slugs) / max(len(left), 1)
            )
        set_urlconf(None)
    return found | {"told": f"{count:,} events; {len(left)} pages made, scaled"}


#: What is asked, in the order of the table: pages first, then work.
QUESTIONS: dict[str, Callable[[], dict[str, Any]]] = {
    "three facets": _facets,
    "one facet of 80 %": _broad,
    "full text": _words,
    "case page": _cases,
    "search page": _search,
    "API, first page": _interface,
    "API, deep page": _deep,
    "names search": _names,
    "first page after a start": _start,
    "page after a change": _change,
    "pages of the desk": _desk,
    "import of 10,000": _import,
    "indicators of a quarter": _indicators,
    "release of a quarter": _release,
    "mirror of a quarter": _mirror,
}
