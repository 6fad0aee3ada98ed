"""Learn the reader's yes-or-no questions from coded texts: benchmarks/reading (learn.toml) → data/heads.json.

Needs scikit-learn (requirements/model.txt). For each coded story the reader's own candidates are matched with the
events that a person coded; each question then has its examples: this candidate is an event, that name was hit.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from material import Coded, alike, coded, digest, learning
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from barometer.codebook import Event, Place
from barometer.reading import heads
from barometer.reading.entry import Reading, reading_of
from barometer.reading.kinds import Draft
from barometer.reading.mentions import Mention
from barometer.reading.signs import also_signs, draft_signs, step_signs, type_signs

OUT = Path(__file__).resolve().parent.parent / "barometer" / "reading" / "data" / "heads.json"
#: How freely each question's weights may grow: the inverse of the strength of the penalty.
FREEDOM = {"event": 0.3, "main type": 0.3, "further type": 0.15, "background": 0.3, "step": 0.2, "alleged": 0.15, "target": 0.2, "decider": 0.3, "complainant": 0.2, "date": 0.2, "place": 0.2, "upcoming": 0.2, "provision": 0.2}  # fmt: skip
#: From which probability on an answer is a yes: chosen by the whole score in cross-validation over the files for
#: learning, each left out in turn. What is rare has a low one, for a person takes out more easily than finds.
THRESHOLDS = {"event": 0.33, "main type": 0.5, "further type": 0.35, "background": 0.33, "step": 0.2, "alleged": 0.23, "target": 0.36, "decider": 0.26, "complainant": 0.25, "date": 0.35, "upcoming": 0.28, "place": 0.45, "provision": 0.4}  # fmt: skip
#: Weights nearer to nought are left out.
LEAST = 0.02

Example = tuple[dict[str, float], bool]


def matched(reading: Reading, events: Iterable[Event]) -> list[tuple[Draft, Event]]:
    """Candidates and coded events, one to one, the likeliest pairs first."""
    pairs = []
    for i, draft in enumerate(reading.candidates):
        codes = {hit.type for hit in draft.hits}
        text = " ".join(reading.scene.sentences[s].text for s in draft.sentences)
        scores = defaultdict(float)
        for hit in draft.hits:
            scores[hit.type] += hit.score
        best = max(scores, key=lambda code: scores[code])
        for j, event in enumerate(events):
            if (event.kind == "relief") != (draft.mode == "relief"):
                continue
            if event.types[0] not in codes:
                continue
            told = sum(
                any(
                    alike(t.written, m.written) for m in reading.scene.within(every(reading), draft.sentences)
                )
                for t in event.targets
            )
            value = 2.0 * (event.types[0] == best) + len(codes & set(event.types)) / len(
                codes | set(event.types)
            )
            value += scores[event.types[0]] / 10
            value += told / max(len(event.targets), 1)
            value += 0.7 * bool(
                event.date
                and any(d.iso == event.date and d.start in span(reading, draft) for d in reading.all_dates)
            )
            value += 0.5 * (event.background == draft.background)
            value += 0.3 * bool(event.date_text and event.date_text in text)
            pairs.append((value, i, j, draft, event))
    used_i, used_j, found = set(), set(), []
    for _, i, j, draft, event in sorted(pairs, key=lambda row: (-row[0], row[1], row[2])):
        if i not in used_i and j not in used_j:
            used_i.add(i)
            used_j.add(j)
            found.append((draft, event))
    return found


def every(reading: Reading) -> tuple[Mention, ...]:
    """All names of a story."""
    return (*reading.scene.mentions.people, *reading.scene.mentions.outlets, *reading.scene.mentions.bodies)


def span(reading: Reading, draft: Draft) -> set[int]:
    """All places within a candidate's sentences."""
    return {
        at
        for i in draft.sentences
        for at in range(reading.scene.sentences[i].start, reading.scene.sentences[i].end)
    }


_READINGS: dict[int, tuple[Coded, Reading | None]] = {}


def read_once(one: Coded) -> Reading | None:
    """The reading of a story before its questions are answered, kept for the next question and the next training."""
    if id(one) not in _READINGS:
        _READINGS[id(one)] = (one, reading_of(one.story, one.paper))
    return _READINGS[id(one)][1]


def types_examples(one: Coded, into: dict[str, list[Example]]) -> None:
    """Examples for the questions of what is told."""
    reading = read_once(one)
    if reading is None:
        return
    for draft, event in matched(reading, one.events):
        codes = {hit.type for hit in draft.hits}
        main = event.types[0]
        rivals = {c for c in codes if c.startswith("outcome.") == (draft.mode == "relief")}
        for code in rivals:
            into["main type"].append((type_signs(reading.view, draft, code), code == main))
        if draft.mode != "relief":
            for code in codes - {main}:
                into["further type"].append(
                    (also_signs(reading.view, draft, main, code), code in event.types)
                )


def event_examples(one: Coded, into: dict[str, list[Example]]) -> None:
    """Examples for which candidates are events, and for what belongs to each."""
    reading = read_once(one)
    if reading is None:
        return
    view, background = reading.view, [draft.background for draft in reading.candidates]
    try:
        _event_examples(one, reading, into)
    finally:
        reading.view = view
        for draft, passing in zip(reading.candidates, background, strict=True):
            draft.background = passing


def _event_examples(one: Coded, reading: Reading, into: dict[str, list[Example]]) -> None:
    pairs = matched(reading, one.events)
    of = {id(draft): event for draft, event in pairs}
    for draft in reading.candidates:
        types = reading.types_of(draft)
        dated = any(reading.view.sentence_of(d.start) in draft.sentences for d in reading.all_dates)
        into["event"].append((draft_signs(reading.view, draft, types[0], dated), id(draft) in of))
    chosen = tuple(draft for draft in reading.candidates if id(draft) in of)
    reading.view = replace(reading.view, drafts=chosen)
    media = reading.media()
    for draft, event in pairs:
        types = list(event.types)
        into["background"].append((reading.signs_of_background(draft, types), event.background))
        draft.background = event.background
        if event.kind == "violation" and event.phase:
            into["step"].append(
                (step_signs(reading.view, draft, types[0], event.background), event.phase == "step")
            )
        if event.kind != "context" or types[0] == "context.closure":
            for some in media:
                hit = any(alike(m.written, t.written) for m in some for t in event.targets)
                into["target"].append((reading.signs_of_target(draft, types, some, media), hit))
        taken = {
            m.name for some in media for m in some if any(alike(m.written, t.written) for t in event.targets)
        }
        acting = reading.acting(taken)
        for some in acting:
            for role, question in (("decider", "decider"), ("complainant", "complainant")):
                did = any(_is_actor(some, a, role) for a in event.actors)
                into[question].append((reading.signs_of_actor(draft, types, some, acting), did))
        if event.kind == "violation":
            decider = next((a.type for a in event.actors if a.role in ("decider", None)), None)
            into["alleged"].append((reading.signs_of_alleged(draft, types, decider), bool(event.alleged)))
        for date in reading.all_dates:
            good = event.date is not None and (
                date.iso == event.date
                or (
                    len(event.date) == 7
                    and date.iso[:7] == event.date
                    and event.date_text is not None
                    and event.date_text in one.story.text[max(0, date.start - 12) : date.end + 12]
                )
            )
            into["date"].append((reading.signs_of_date(draft, types, date), good))
            ahead = {u.date for u in event.upcoming or ()}
            into["upcoming"].append(
                (reading.signs_of_upcoming(draft, types, date), reading.in_time(date) in ahead)
            )

        for cited in reading.cited:
            into["provision"].append(
                (reading.signs_of_provision(draft, types, cited), _rests_on(event, cited.code))
            )
        for located in reading.located:
            into["place"].append(
                (reading.signs_of_place(draft, types, located), _happened_at(event, located.place))
            )


def _rests_on(event: Event, code: str) -> bool:
    return any(code == p or code.startswith(f"{p}-") or p.startswith(f"{code}-") for p in event.provisions)


def _happened_at(event: Event, place: Place) -> bool:
    if event.place is None:
        return False
    if event.place.country != "KZ":
        return place.country == event.place.country
    return event.place.region is not None and event.place.region == place.region


def _is_actor(some: list[Mention], actor: object, role: str) -> bool:
    a_role = getattr(actor, "role", None) or "decider"
    if (a_role == "complainant") != (role == "complainant"):
        return False
    written, type_ = getattr(actor, "written", None), getattr(actor, "type", "")
    return any(
        (written and alike(m.written, written)) or (m.type == type_ and len(some) and not written)
        for m in some
    ) or any(
        m.type == type_
        and written
        and (m.written.casefold() in written.casefold() or written.casefold() in m.written.casefold())
        for m in some
    )


def fitted(examples: list[Example], freedom: float) -> dict[str, float]:
    """The weights of a question, by sign; "" is the sum to begin with."""
    vectors = DictVectorizer()
    matrix = vectors.fit_transform([signs for signs, _ in examples])
    answers = [answer for _, answer in examples]
    model = LogisticRegression(C=freedom, max_iter=4000).fit(matrix, answers)
    weights = {
        name: round(float(w), 3)
        for name, w in zip(vectors.feature_names_, model.coef_[0], strict=True)
        if abs(w) >= LEAST
    }
    return {"": round(float(model.intercept_[0]), 3), **dict(sorted(weights.items()))}


def trained(material: list[Coded], tell: bool = True) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """The weights of every question, and from which probability on its answer is a yes."""
    questions: dict[str, dict[str, float]] = {}
    thresholds: dict[str, float] = {}
    for gather in (types_examples, event_examples):
        into: dict[str, list[Example]] = defaultdict(list)
        for one in material:
            gather(one, into)
        for question, examples in into.items():
            questions[question] = fitted(examples, FREEDOM[question])
            thresholds[question] = THRESHOLDS[question]
            if tell:
                yes = sum(answer for _, answer in examples)
                print(
                    f"{question:14} {len(examples):6} examples, {yes:5} yes, {len(questions[question]):4} signs,"
                    f" from {thresholds[question]}"
                )
        use(questions, thresholds)
    return questions, thresholds


def use(questions: dict[str, dict[str, float]], thresholds: dict[str, float]) -> None:
    """Let the reader answer by these weights from now on."""
    heads.weights.cache_clear()
    heads.threshold.cache_clear()
    heads._file = lambda: {"questions": questions, "thresholds": thresholds}  # type: ignore[assignment]


_FILE = heads._file


def forget() -> None:
    """Let the reader answer by the weights of its file again."""
    heads._file = _FILE
    heads.weights.cache_clear()
    heads.threshold.cache_clear()


def main() -> None:
    """Write the weights, one sign a line."""
    paths = [path for path in learning() if path.is_file()]
    material = [one for path in paths for one in coded(path)]
    print(
        f"{len(material)} coded stories, {sum(len(one.events) for one in material)} events", file=sys.stderr
    )
    questions, thresholds = trained(material)
    text = json.dumps(
        {"texts_sha256": digest(paths), "thresholds": thresholds, "questions": questions},
        ensure_ascii=False,
        indent=0,
    )
    OUT.write_text(text + "\n", encoding="utf-8")
    print(f"{OUT}: {len(text):,} bytes")


if __name__ == "__main__":
    main()
