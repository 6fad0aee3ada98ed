"""Learn to find names in Kazakh text: benchmarks/names/kaznerd-odd.txt → barometer/reading/data/names_kk.crfsuite.

A conditional random field over the signs of `barometer.reading.tagger`; the same file comes out of the same sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pycrfsuite

from barometer.reading.tagger import word_signs

ROOT = Path(__file__).resolve().parent.parent
SENTENCES = ROOT / "benchmarks" / "names" / "kaznerd-odd.txt"
OUT = ROOT / "barometer" / "reading" / "data" / "names_kk.crfsuite"
#: Kinds of names that help to tell people and organisations from the rest; others are taken as common words.
KEPT = frozenset(
    [
        "PERSON",
        "ORGANISATION",
        "GPE",
        "LOCATION",
        "POSITION",
        "FACILITY",
        "ART",
        "PROJECT",
        "EVENT",
        "NORP",
        "LAW",
        "PRODUCT",
    ]
)


def sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    """Sentences as (word, label) in IOB2."""
    current: list[tuple[str, str]] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.strip():
            word, label = line.rsplit(" ", 1)
            current.append((word, label if label[2:] in KEPT else "O"))
        elif current:
            yield current
            current = []


def main() -> None:
    """Write the model."""
    trainer = pycrfsuite.Trainer(verbose=False)
    count = 0
    for sentence in sentences(SENTENCES):
        trainer.append(word_signs([word for word, _ in sentence]), [label for _, label in sentence])
        count += 1
    trainer.set_params({"c1": 0.1, "c2": 0.02, "max_iterations": 120})
    trainer.train(str(OUT))
    print(f"{OUT}: {count:,} sentences, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
