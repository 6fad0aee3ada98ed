"""Signs of when an event was, where, and under what law, for the learned questions of `heads`."""

from __future__ import annotations

import re

from barometer.reading.kinds import Draft
from barometer.reading.law import Cited
from barometer.reading.lexicon import pairs
from barometer.reading.view import KK_CASES, RU_CASES, View, at_of
from barometer.reading.when import Dated, is_ahead, is_of_a_text, report_of
from barometer.reading.where import Located

#: The words right before a date or a place that tell what it is of.
_BEFORE_PLACE = {
    "en": frozenset(["on", "in", "since", "until", "till", "by", "from", "of", "before", "after", "to", "between", "and", "at", "near", "through", "dated", "the", "during", "start"]),
    "ru": frozenset(["с", "со", "до", "от", "на", "к", "в", "во", "по", "за", "и", "из", "у", "около", "из-под", "под", "через", "возле", "start"]),
    "kk": frozenset(["және", "мен", "жылғы", "жылы", "жылдың", "үстіміздегі", "биылғы", "өткен", "start"]),
}  # fmt: skip


def date_signs(
    view: View, draft: Draft, main: str, one: Dated, every: list[Dated], last: object
) -> dict[str, float]:
    """Signs that a date is the event's."""
    scene = view.scene
    index = view.sentence_of(one.start)
    sentence = scene.sentences[index]
    inner = Dated(one.iso, one.start - sentence.start, one.end - sentence.start)
    own = list(dict.fromkeys(draft.sentences))
    at = at_of(draft, main)
    beside = [d for d in every if view.sentence_of(d.start) == index]
    of_others = {i for other in view.drafts if other is not draft for i in other.sentences}
    before = re.search(r"([^\W\d_]+)\s*$", scene.text[max(0, one.start - 16) : one.start])
    word = before[1].casefold() if before else "start"
    ahead = is_ahead(sentence.text, inner, scene.language, last)  # type: ignore[arg-type]
    of_text = is_of_a_text(sentence.text, inner, scene.language)
    report = report_of(sentence.text, inner, scene.language)
    months = _months(one.iso, view.month)
    precise = "span" if "/" in one.iso else {4: "year", 7: "month"}.get(len(one.iso), "day")
    dist = abs(index - own[0])
    in_month = [d for d in every if view.month and d.iso[:7] == view.month and len(d.iso) >= 10]
    here = [d for d in every if d is not one and view.sentence_of(d.start) in own]
    main_draft = view.drafts[0] is draft if view.drafts else True
    signs = {
        "only of month": float(in_month == [one]),
        "first of month": float(bool(in_month) and in_month[0] is one),
        "own has other": float(bool(here)),
        "only of month elsewhere": float(in_month == [one] and index not in own),
        "main": float(main_draft),
        "main of none": float(main_draft and index not in of_others and index not in own),
        f"events {min(len(view.drafts), 3)}": 1.0,
        "own": float(index in own),
        "own first": float(index == own[0]),
        "lead": float(index == view.lead),
        f"far {min(dist, 3)}": 1.0,
        "before own": float(index < own[0]),
        "of another": float(index in of_others and index not in own),
        "of none": float(index not in of_others and index not in own),
        "ahead": float(ahead),
        "of a text": float(of_text),
        "report": float(report is not None),
        precise: 1.0,
        f"{precise} own": float(index in own),
        f"month {months}": 1.0,
        f"{precise} month {months}": 1.0,
        f"background month {months}": float(draft.background),
        "year told": float(one.year),
        "relative": float(one.relative),
        "first of sentence": float(beside[0] is one),
        "last of sentence": float(beside[-1] is one),
        "alone in sentence": float(len(beside) == 1),
        "alone": float(len(every) == 1),
        "first of entry": float(every[0] is one),
        "opens": float(inner.start < 15),
        f"form {view.form}": 1.0,
        f"of {main.partition('.')[0]}": 1.0,
        f"{main} {precise}": 1.0,
        f"{scene.language} {word if word in _BEFORE_PLACE[scene.language] else 'other'}": 1.0,
        f"{draft.mode}": 1.0,
        "linked": float(view.is_linked(one.start, one.end)),
        "in parentheses": float(
            scene.text[max(0, one.start - 30) : one.start].rfind("(")
            > scene.text[max(0, one.start - 30) : one.start].rfind(")")
        ),
    }
    if index == view.sentence_of(at):
        signs["before it"] = float(one.start < at)
        gap = abs(one.start - at)
        signs["near"] = float(gap < 40)
        signs["nearest"] = float(gap == min(abs(d.start - at) for d in beside))
        between = scene.text[min(one.end, at) : max(one.start, at)]
        signs["other clause"] = float(bool(re.search(r"[,;:–—]", between)))
    if draft.background:
        signs["background"] = 1.0
        signs["background own"] = float(index in own)
    return signs


def provision_signs(view: View, draft: Draft, main: str, one: Cited, every: list[Cited]) -> dict[str, float]:
    """Signs that an event rests on a provision that the text cites."""
    index = view.sentence_of(one.start)
    own = list(dict.fromkeys(draft.sentences))
    of_others = {i for other in view.drafts if other is not draft for i in other.sentences}
    law, group = "-".join(one.code.split("-")[:2]), main.partition(".")[0]
    law = law if law in ("KZ-CC", "KZ-CAO", "KZ-CIVIL") else "other law"
    at = at_of(draft, main)
    return {
        "own": float(index in own),
        "own first": float(index == own[0]),
        "lead": float(index == view.lead),
        f"far {min(abs(index - own[0]), 3)}": 1.0,
        "of another": float(index in of_others and index not in own),
        "of none": float(index not in of_others and index not in own),
        "only": float(len(every) == 1),
        "only of its law": float(sum(o.code.startswith(law) for o in every) == 1),
        one.rule: 1.0,
        law: 1.0,
        f"{law} {group}": 1.0,
        f"{law} {main}": 1.0,
        f"{law} own": float(index in own),
        f"{main} own": float(index in own),
        f"{draft.mode} {law}": 1.0,
        "one event": float(len(view.drafts) == 1),
        "background": float(draft.background),
        "before it": float(one.start < at),
    }


def place_signs(view: View, draft: Draft, main: str, one: Located, every: list[Located]) -> dict[str, float]:
    """Signs that an event happened at a place that the text names."""
    scene = view.scene
    index = view.sentence_of(one.start)
    own = list(dict.fromkeys(draft.sentences))
    at = at_of(draft, main)
    before = re.search(r"([^\W\d_]+)\s*$", scene.text[max(0, one.start - 16) : one.start])
    word = before[1].casefold() if before else "start"
    body = next((m for m in scene.mentions.bodies if m.start <= one.start < m.end), None)
    outlet = next((m for m in scene.mentions.outlets if m.start <= one.start < m.end), None)
    near_outlet = any(
        0 <= m.start - one.end < 30 or 0 <= one.start - m.end < 12 for m in scene.mentions.outlets
    )
    wanted = pairs().deciders_of(main)
    same = sum(o.place.region == one.place.region for o in every)
    tail = scene.text[one.end - 4 : one.end + 5].casefold()
    return {
        "own": float(index in own),
        "own first": float(index == own[0]),
        "lead": float(index == view.lead),
        "first sentence": float(index == 0),
        f"far {min(abs(index - own[0]), 3)}": 1.0,
        "exact": float(one.exact),
        "abroad": float(one.place.country != "KZ"),
        "home": float(bool(one.place.region)),
        "in a body": float(body is not None),
        f"in a {body.type if body else 'nothing'}": 1.0,
        "in a decider": float(body is not None and body.type in wanted),
        "in an outlet": float(outlet is not None),
        "by an outlet": float(near_outlet),
        "alone": float(len({o.place.region for o in every}) == 1),
        "same": min(same, 3) / 3,
        "first": float(every[0] is one),
        "last": float(every[-1] is one),
        "before it": float(one.start < at),
        "near": float(abs(one.start - at) < 60),
        f"{scene.language} {word if word in _BEFORE_PLACE[scene.language] else 'other'}": 1.0,
        f"{scene.language} ends {next((n for n, p in (*KK_CASES, *RU_CASES) if p.search(tail.split()[0] if tail.split() else '')), 'nom') if scene.language != 'en' else ''}": 1.0,
        f"of {main.partition('.')[0]}": 1.0,
        draft.mode: 1.0,
        f"{draft.mode} abroad": float(one.place.country != "KZ"),
        "background": float(draft.background),
        f"section {view.section} {draft.mode}": 1.0,
        "linked": float(view.is_linked(one.start, one.end)),
    }


def _months(iso: str, month: str | None) -> str:
    """How many months a date lies from the entry's."""
    if month is None or len(iso) < 7:
        return "unknown" if len(iso) >= 7 or month is None else "year"
    gap = (int(iso[:4]) - int(month[:4])) * 12 + int(iso[5:7]) - int(month[5:7])
    return "far before" if gap < -3 else "far after" if gap > 3 else str(gap)
