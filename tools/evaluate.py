"""Score the reader on measuring data that stands beside the project, and on our own.

    evaluate.py DIR [--freeze FILE]

DIR holds `score/score.py` and `data/` with gold files, texts and others' data sets. Every coded text is scored by
itself and the language editions of one bulletin together as one set; then our own bulletins (learned from and set
aside), short reports (both halves), letters, names in text, relevance, and how far the confidences can be trusted.
`--freeze` writes what the reader proposes for our own texts, so that a change of rules shows as a difference.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

from material import READING, alike, coded, learning, report_of, story_of

from barometer.cases import link
from barometer.codebook import CodedBulletin, Entry, Event, to_file
from barometer.errors import BadInput, BarometerError
from barometer.pipeline import write
from barometer.reading import read_bulletin
from barometer.reading.entry import Paper, Story, read_entry
from barometer.reading.relevance import relevance, threshold
from barometer.reading.tagger import name_spans

OURS = Path(__file__).resolve().parent.parent
Pair = tuple[Path, Path]  # gold file, coded file
LANGUAGES = ("en", "ru", "kk")


def texts_of(folder: Path) -> list[Pair]:
    """The gold files of a folder with their texts."""
    found = []
    for gold in sorted(folder.glob("*.gold.json")):
        text = gold.with_name(gold.name.removesuffix(".gold.json") + ".txt")
        if text.is_file():
            found.append((gold, text))
    return found


class Scorer:
    """The scorer of the measuring data, run as a program."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self.program = root / "score" / "score.py"
        self.scratch = scratch
        if not self.program.is_file():
            raise BadInput(
                "no score/score.py in it", file=root, next_step="name the measuring data with DATA=DIR"
            )

    def of_files(self, pairs: list[Pair]) -> dict[str, float]:
        """The figures of coded files against gold ones, as one set."""
        command = [
            sys.executable,
            str(self.program),
            "--json",
            *(str(path) for pair in pairs for path in pair),
        ]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        figures: dict[str, float] = json.loads(answer)
        return figures

    def of_texts(self, name: str, some: list[Pair]) -> dict[str, float]:
        """The figures of reading texts as one set, and the seconds that it took."""
        started = time.perf_counter()
        read = write([text for _, text in some], self.scratch / name)
        seconds = time.perf_counter() - started
        figures = self.of_files([(gold, path) for (gold, _), path in zip(some, read, strict=True)])
        return figures | {"seconds to read": seconds}

    def left_out(self, some: list[Pair]) -> dict[str, dict[str, float]]:
        """The scores of bulletins whose sections are each read by a reader that knows nothing of it."""
        from left_out import read_left_out

        by_language = {
            next((part for part in text.stem.split(".") if part in LANGUAGES), "en"): (gold, text)
            for gold, text in some
        }
        scores = {}
        for language, read in read_left_out({k: text for k, (_, text) in by_language.items()}).items():
            gold, text = by_language[language]
            out = self.scratch / f"{text.stem}.left-out.json"
            out.write_text(json.dumps(to_file(link([read])[0]), ensure_ascii=False), encoding="utf-8")
            scores[text.stem] = self.of_files([(gold, out)])
        return scores

    def of_reports(self, name: str, rows: list[dict[str, object]]) -> dict[str, float]:
        """The figures of short reports, each a text of its own."""
        sides: dict[str, list[Entry]] = {"gold": [], "coded": []}
        for number, row in enumerate(rows, 1):
            report = report_of(row)
            [entry] = read_bulletin(report).entries
            place = {"id": str(row["id"]), "lines": (number, number), "month": report.entries[0].month}
            sides["coded"].append(entry.model_copy(update=place))
            events = tuple(Event.model_validate(event) for event in row["events"])  # type: ignore[attr-defined]
            sides["gold"].append(Entry(**place, events=events))  # type: ignore[arg-type]
        paths = []
        for side, entries in sides.items():
            file = CodedBulletin(source=f"{name}.txt", entries=tuple(entries))
            file = link([file])[0] if side == "coded" else file  # type: ignore[assignment]
            path = self.scratch / f"{name.replace(' ', '-')}.{side}.json"
            path.write_text(json.dumps(to_file(file), ensure_ascii=False), encoding="utf-8")
            paths.append(path)
        return self.of_files([(paths[0], paths[1])])


def rows_of(path: Path) -> list[dict[str, object]]:
    """The objects of a file with one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def table(title: str, columns: dict[str, dict[str, float]]) -> None:
    """Print figures, a column a set."""
    if not columns:
        return
    print(f"\n{title}")
    wide = max(12, *(len(name) + 2 for name in columns))
    print(f"{'':18}" + "".join(f"{name:>{wide}}" for name in columns))
    figures = list(dict.fromkeys(figure for column in columns.values() for figure in column))
    for figure in figures:
        cells = (
            f"{column[figure]:>{wide}.3f}" if figure in column else f"{'':>{wide}}"
            for column in columns.values()
        )
        print(f"{figure:18}" + "".join(cells))


# --- names in text ------------------------------------------------------------------------------------------------


def f1(hits: int, found: int, wanted: int) -> float:
    """Twice the hits over what both sides have."""
    return 2 * hits / (found + wanted) if found + wanted else 1.0


def names_in_russian(folder: Path) -> dict[str, dict[str, float]]:
    """factRuEval-2016: exact spans of people, and of organisations by their names; natasha's model alone beside it."""
    from barometer.reading.tagger import _russian_model

    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    model = _russian_model()
    for path in sorted(folder.glob("book*.txt")):
        text = path.read_text(encoding="utf-8")
        gold = _fact_ru(path)
        ours = [(s.start, s.end, s.kind) for s in name_spans(text, "ru")]
        kinds = {"PER": "person", "ORG": "organisation", "LOC": "place"}
        alone = [(s.start, s.stop, kinds[s.type]) for s in model(text).spans] if model else []
        for who, found in (("ours", ours), ("natasha alone", alone)):
            for kind in ("person", "organisation"):
                mine = {(a, b) for a, b, k in found if k == kind}
                counts[who, kind]["hits"] += len(mine & gold[kind])
                counts[who, kind]["found"] += len(mine)
                counts[who, kind]["wanted"] += len(gold[kind])
    return {
        who: {kind: f1(*(counts[who, kind][x] for x in ("hits", "found", "wanted"))) for kind in ("person", "organisation")}
        for who in ("ours", "natasha alone")
    }  # fmt: skip


def _fact_ru(path: Path) -> dict[str, set[tuple[int, int]]]:
    spans = {}
    for line in path.with_suffix(".spans").read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if len(fields) >= 4:
            spans[fields[0]] = (fields[1], int(fields[2]), int(fields[2]) + int(fields[3]))
    gold: dict[str, set[tuple[int, int]]] = {"person": set(), "organisation": set()}
    for line in path.with_suffix(".objects").read_text(encoding="utf-8").splitlines():
        head = line.split("#")[0].split()
        parts = [spans[i] for i in head[2:] if i in spans]
        if len(head) > 2 and head[1] == "Org":
            parts = [part for part in parts if part[0] == "org_name"]
        kind = {"Person": "person", "Org": "organisation"}.get(head[1] if len(head) > 1 else "")
        if kind and parts:
            gold[kind].add((min(p[1] for p in parts), max(p[2] for p in parts)))
    return gold


def names_in_kazakh(path: Path) -> dict[str, float]:
    """KazNERD: exact spans of people and organisations in the even sentences, the odd ones being learned from."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for block in path.read_text(encoding="utf-8").strip("\n").split("\n\n")[1::2]:
        text, gold = _kaznerd(block)
        for kind, label in (("person", "PERSON"), ("organisation", "ORGANISATION")):
            mine = {(s.start, s.end) for s in name_spans(text, "kk") if s.kind == kind}
            theirs = {(a, b) for a, b, k in gold if k == label}
            counts[kind]["hits"] += len(mine & theirs)
            counts[kind]["found"] += len(mine)
            counts[kind]["wanted"] += len(theirs)
    return {kind: f1(*(row[x] for x in ("hits", "found", "wanted"))) for kind, row in counts.items()}


def _kaznerd(block: str) -> tuple[str, list[tuple[int, int, str]]]:
    text, spans = "", []
    for line in block.split("\n"):
        word, label = line.rsplit(" ", 1)
        text += " " if text else ""
        start = len(text)
        text += word
        if label[0] == "B":
            spans.append((start, len(text), label[2:]))
        elif label[0] == "I" and spans:
            spans[-1] = (spans[-1][0], len(text), spans[-1][2])
    return text, spans


# --- takedown notices ---------------------------------------------------------------------------------------------


def notice_figures(path: Path) -> dict[str, dict[str, float]]:
    """False alarms among honest notices and the part of misused ones that is flagged, by half."""
    spec = spec_from_file_location("notices_score", path)
    assert spec and spec.loader
    bench = sys.modules["notices_score"] = module_from_spec(spec)
    spec.loader.exec_module(bench)
    scores = {half: bench.score(half) for half in bench.HALVES}
    return {
        half: {"false alarms": len(one.false_alarms), "recall": one.recall} for half, one in scores.items()
    }


# --- relevance and confidence -------------------------------------------------------------------------------------


def relevance_figures(path: Path) -> dict[str, float]:
    """Average precision, recall at the default threshold, and items a second on one core."""
    rows = rows_of(path)
    texts = ["\n".join(str(row[part]) for part in ("title", "text") if row.get(part)) for row in rows]
    values = [relevance(text).relevance for text in texts]
    started = time.process_time()
    for text in texts:
        relevance(f"{text} .")  # not the same text again, which is remembered
    seconds = time.process_time() - started
    wanted = [bool(row["relevant"]) for row in rows]
    hits, precision = 0, 0.0
    for place, (_, good) in enumerate(sorted(zip(values, wanted, strict=True), key=lambda row: -row[0]), 1):
        if good:
            hits += 1
            precision += hits / place
    over = [value >= threshold() for value in values]
    return {
        "average precision": precision / max(hits, 1),
        "recall": sum(a and b for a, b in zip(over, wanted, strict=True)) / max(hits, 1),
        "precision": sum(a and b for a, b in zip(over, wanted, strict=True)) / max(sum(over), 1),
        "items a second": len(rows) / seconds,
    }


def reliability(paths: Iterable[Path]) -> None:
    """Of the values that are said to be so sure, how many are right: types, dates, regions, targets, provisions."""
    bins: dict[int, list[bool]] = defaultdict(list)
    for path in paths:
        for one in _aside(path):
            events = list(one[1])
            for event in read_entry(*one[0]):
                gold = _closest(event, events)
                for field, ground in (event.grounds or {}).items():
                    right = _right(event, gold, field)
                    if right is not None:
                        bins[min(int(ground.confidence * 10), 9)].append(right)
    print("\nReliability on what was set aside: said to be sure, values, right")
    for decile in sorted(bins):
        answers = bins[decile]
        print(
            f"{decile / 10:.1f}–{(decile + 1) / 10:.1f}{len(answers):>8}{sum(answers) / len(answers):>8.2f}"
        )


def _aside(path: Path) -> Iterator[tuple[tuple[Story, Paper], tuple[Event, ...]]]:
    if path.suffix == ".jsonl":
        for row in rows_of(path)[1::2]:
            report = report_of(row)
            paper = Paper(
                report.language, None, "0" * 64, form="report", published=date.fromisoformat(str(row["date"]))
            )
            yield (story_of(report.entries[0]), paper), tuple(Event.model_validate(e) for e in row["events"])  # type: ignore[attr-defined]
    else:
        for one in coded(path):
            yield (one.story, one.paper), one.events


def _closest(event: Event, events: list[Event]) -> Event | None:
    same = [e for e in events if set(e.types) & set(event.types)]
    return max(same, key=lambda e: (e.types[0] == event.types[0], e.date == event.date), default=None)


def _right(event: Event, gold: Event | None, field: str) -> bool | None:
    name, _, rest = field.partition(".")
    number = int(rest.split(".")[0]) if rest and rest.split(".")[0].isdigit() else 0
    if name == "types":
        return gold is not None and event.types[number] in gold.types
    if gold is None:
        return None
    if name == "date":
        return event.date == gold.date
    if name == "place":
        return bool(gold.place and event.place and event.place.region == gold.place.region)
    if name == "targets":
        return any(alike(event.targets[number].written, target.written) for target in gold.targets)
    if name == "provisions":
        return event.provisions[number] in gold.provisions
    return None


# --- the frozen run -----------------------------------------------------------------------------------------------


def frozen() -> str:
    """What the reader proposes for our own coded texts: counts by section, type and language, and every case."""
    lines = ["# What the reader proposes for the texts of this folder. `make freeze` writes it anew."]
    for gold, text in texts_of(READING):
        bulletin = json.loads(gold.read_text(encoding="utf-8"))
        if "entries" not in bulletin:
            continue
        from barometer.pipeline import read_files

        [(_, read)] = read_files([text])
        assert isinstance(read, CodedBulletin)
        lines.append(f"\n[{text.stem}] {len(read.entries)} entries, {len(read.events)} events")
        by = Counter((e.section, event.main_type) for e in read.entries for event in e.events)
        lines += [
            f"{section or '-'} {type_} {count}" for (section, type_), count in sorted(by.items(), key=str)
        ]
        cases: dict[str, list[str]] = defaultdict(list)
        for entry in read.entries:
            for event in entry.events:
                if event.case:
                    cases[event.case].append(entry.id)
        lines += [f"case {slug}: {' '.join(dict.fromkeys(ids))}" for slug, ids in sorted(cases.items())]
    for language in LANGUAGES:
        path = READING / "reports" / f"{language}.jsonl"
        told = Counter(
            event.main_type
            for row in rows_of(path)
            for entry in read_bulletin(report_of(row)).entries
            for event in entry.events
        )
        lines.append(f"\n[reports {language}]")
        lines += [f"{type_} {count}" for type_, count in sorted(told.items())]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> None:
    """Print the tables; or write the frozen run."""
    if "--freeze" in arguments:
        Path(arguments[arguments.index("--freeze") + 1]).write_text(frozen(), encoding="utf-8")
        return
    root = Path(arguments[0] if arguments else "../shared")
    with tempfile.TemporaryDirectory() as scratch:
        scorer = Scorer(root, Path(scratch))
        given = texts_of(root / "data")
        bulletins = [(g, t) for g, t in given if "entries" in json.loads(g.read_text(encoding="utf-8"))]
        columns = {text.stem: scorer.of_texts(text.stem, [(gold, text)]) for gold, text in bulletins}
        if len(bulletins) > 1:
            columns["together"] = scorer.of_texts("together", bulletins)
        table("Bulletins of the measuring data", columns)
        if find_spec("sklearn"):
            left = scorer.left_out(bulletins)
            table("Each section left out in turn of what the reader learned or was tuned by", left)
        else:
            print("(sections left out in turn: needs requirements/model.txt, see `make model`)")
        letters = [pair for pair in given if pair not in bulletins] + texts_of(READING / "letters")
        table(
            "Letters",
            {text.stem: scorer.of_texts(f"l-{text.stem}", [(gold, text)]) for gold, text in letters},
        )
        learned = {path.name for path in learning()}
        ours = texts_of(READING)
        for title, some in (
            ("Our bulletins that the reader learned from", [p for p in ours if p[0].name in learned]),
            ("Our bulletins set aside", [p for p in ours if p[0].name not in learned]),
        ):
            table(
                title, {text.stem: scorer.of_texts(f"o-{text.stem}", [(gold, text)]) for gold, text in some}
            )
        sample = OURS / "samples" / "kazakhstan-2026q1"
        table(
            "The sample",
            {"sample": scorer.of_texts("sample", [(sample / "bulletin.json", sample / "bulletin.txt")])},
        )
        for title, half in (("Short reports, odd (learned from)", 0), ("Short reports, even (set aside)", 1)):
            reports = {
                language: rows_of(READING / "reports" / f"{language}.jsonl")[half::2]
                for language in LANGUAGES
            }
            table(
                title,
                {f"{name}": scorer.of_reports(f"{title} {name}", rows) for name, rows in reports.items()},
            )
    aside = [gold for gold, _ in ours if gold.name not in learned]
    reliability([*aside, *(READING / "reports" / f"{language}.jsonl" for language in LANGUAGES)])
    ner = root / "data" / "ner"
    if (ner / "factrueval").is_dir():
        table("Names in Russian text (factRuEval)", names_in_russian(ner / "factrueval" / "testset"))
    if (ner / "kaznerd-valid.txt").is_file():
        table("Names in Kazakh text (KazNERD, even)", {"ours": names_in_kazakh(ner / "kaznerd-valid.txt")})
    table("Takedown notices", notice_figures(OURS / "benchmarks" / "notices" / "score.py"))
    table("Relevance", {"our items": relevance_figures(OURS / "benchmarks" / "relevance" / "items.jsonl")})


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except BarometerError as error:
        print(f"barometer: {error}", file=sys.stderr)
        sys.exit(2)
