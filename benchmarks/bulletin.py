"""How long a bulletin of 80 items takes in every language and format.

    bulletin.py [ITEMS]      80 invented items

Printed: seconds for all copies (three languages, six formats), and their ratio to packing and unpacking the same issue's
snapshot, the least that freezing must do. 1 where it took over 20 seconds.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

LIMIT = 20.0
REGIONS = ("KZ-71", "KZ-75", "KZ-79", "KZ-10", "KZ-33", None)
WORDS = [
    "an",
    "invented",
    "court",
    "in",
    "an",
    "invented",
    "town",
    "heard",
    "once",
    "more",
    "the",
    "invented",
    "case",
    "of",
    "a",
    "newspaper",
]


def issue(items: int):
    """An invented issue: stories of about 60 words in each language, each over one event, with a link."""
    from barometer.codebook import LANGUAGES, Event
    from barometer.publication.values import InForce, IssueIn, StoryIn

    chance = random.Random(7)

    def event(number: int) -> Event:
        region = chance.choice(REGIONS)
        told = {"kind": "violation", "types": ["legal.fine"], "phase": "imposed", "people_hit": 1}
        if number % 7 == 0:
            told = {"kind": "relief", "types": ["outcome.dismissed", "legal.fine"], "phase": "ended"}
        return Event.model_validate(told | ({"place": {"country": "KZ", "region": region}} if region else {}))

    def story(number: int) -> StoryIn:
        text = " ".join(chance.choices(WORDS, k=60)).capitalize() + "."
        return StoryIn(
            f"item{number}", number % 5 + 1, f"2031-0{number % 3 + 1}", number, None,
            {language: f"{text} {language} Әңгіме {number}." for language in LANGUAGES},
            ((0, 24, f"https://source.example/{number}"),), "en", (f"event{number}",), (event(number),),
        )  # fmt: skip

    months = [f"2030-{month:02}" for month in range(4, 13)] + ["2031-01", "2031-02", "2031-03"]
    measures = [
        InForce(month, measure, chance.randrange(1, 20))
        for month in months
        for measure in ("house_arrest", "custody", "travel_ban", "site_blocked", "account_blocked")
    ]
    intro = dict.fromkeys(LANGUAGES, "An invented intro.\n\nOf two paragraphs.")
    return IssueIn("2031Q1", {}, intro, {}, (), tuple(map(story, range(items))), measures=tuple(measures))


def main(arguments: list[str]) -> int:
    """Print the figures."""
    from barometer.codebook import LANGUAGES
    from barometer.publication import snapshot
    from barometer.publication.compose import compose
    from barometer.publication.render import render_all

    given = issue(int(arguments[0]) if arguments else 80)
    started, worked = time.perf_counter(), time.process_time()
    copies = [data for language in LANGUAGES for data in render_all(compose(given, language)).values()]
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    started = time.perf_counter()
    snapshot.unpack(snapshot.pack(given))
    least = time.perf_counter() - started
    print(
        f"{len(given.stories)} items, {len(copies)} copies, {sum(map(len, copies)) / 1e6:.1f} MB: "
        f"{seconds:.1f} s ({worked:.1f} s of the processor), {seconds / least:.0f} times its snapshot packed and unpacked ({least * 1000:.0f} ms)"
    )
    return int(seconds > LIMIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
