"""Score bulletins with each of their sections left out in turn of whatever the reader learned or was tuned by.

For each section the questions are learned anew without the stories modelled on it, the cue patterns are dropped that
match only in that section and in none of our own texts, and only that section's entries are taken; the parts
together are scored as one reading. Needs scikit-learn (requirements/model.txt).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path

import train_heads
from material import Coded, coded, learning

from barometer.codebook import CodedBulletin, Entry
from barometer.reading import kinds, lexicon, read_bulletin
from barometer.sources import read_bulletin_file


def read_left_out(texts: Mapping[str, Path]) -> dict[str, CodedBulletin]:
    """The editions of one bulletin, by language, each section read by a reader that knows nothing of it."""
    bulletins = {language: read_bulletin_file(path) for language, path in texts.items()}
    sections = sorted({e.section for b in bulletins.values() for e in b.entries if e.section})
    material = [(one, of) for path in learning() if path.is_file() for one, of in _with_model(path)]
    own = {language: "\n".join(_own_texts(language)) for language in texts}
    parts: dict[str, dict[str, Entry]] = defaultdict(dict)
    whole: dict[str, CodedBulletin] = {}
    try:
        for section in sections:
            some = [one for one, of in material if of != section]
            print(f"(learning from {len(some)} stories, section {section} left out)", flush=True)
            train_heads.use(*train_heads.trained(some, tell=False))
            for language, bulletin in bulletins.items():
                told: dict[int, str] = defaultdict(str)
                for entry in bulletin.entries:
                    told[entry.section or 0] += f"{entry.text}\n"
                kept = tuple(_blind(language, section, told, own[language]))
                kinds.cues = lambda wanted, kept=kept, of=language: (  # type: ignore[assignment,misc]
                    kept if wanted == of else lexicon.cues(wanted)
                )
                whole[language] = read_bulletin(bulletin)
                parts[language] |= {e.id: e for e in whole[language].entries if e.section == section}
    finally:
        kinds.cues = lexicon.cues
        train_heads.forget()
    return {
        language: read.model_copy(
            update={"entries": tuple(parts[language][e.id] for e in read.entries if e.id in parts[language])}
        )
        for language, read in whole.items()
    }


def _with_model(path: Path) -> Iterator[tuple[Coded, int | None]]:
    """The stories of a file, each with the section of the given bulletin whose manner it was modelled on."""
    models: dict[str, int] = {}
    if path.name.startswith("modelled"):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        models = {str(row["id"]): int(row["section"]) for row in rows}
    yield from ((one, models.get(one.id)) for one in coded(path))


def _own_texts(language: str) -> Iterator[str]:
    """Our own labelled sentences and stories not modelled on the bulletin."""
    for path in learning():
        if path.is_file() and not path.name.startswith("modelled"):
            yield from (one.story.text for one in coded(path) if one.paper.language == language)
    for file in (resources.files("barometer.reading") / "data" / "examples").iterdir():
        if file.name.endswith(".tsv"):
            for line in file.read_text(encoding="utf-8").splitlines():
                cells = line.split("\t")
                if len(cells) > 2 and cells[1] == language:
                    yield cells[2]


def _blind(language: str, section: int, told: Mapping[int, str], own: str) -> Iterator[lexicon.Cue]:
    """The cues without the patterns that nothing but that section's text bears out."""
    for row in lexicon._table("cues.toml")["cue"]:
        kept = []
        for pattern in row[language]:
            one = re.compile(lexicon._compiled([pattern]).pattern, re.IGNORECASE)
            there = one.search(told[section])
            if not there or any(one.search(t) for s, t in told.items() if s != section) or one.search(own):
                kept.append(pattern)
        if kept:
            yield lexicon._cue(row, kept)
