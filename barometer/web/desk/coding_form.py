"""The form of an event: what a page shows of it, and what a browser sent back. Labels are the codebook's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from barometer.codebook import LANGUAGES, codebook
from barometer.countries import country
from barometer.web.desk.coding_text import Rest, Told
from barometer.web.public import words
from barometer.web.records.forms import CODES, LONG, MARKS, ROWS, SUMMARIES, TEXTS, Values, empty
from barometer.web.records.models import EventProvision

LONGEST = 10_000  # letters in one field
MOST_ROWS = 60
#: lists of codes that are rows of the form
CODE_ROWS = ("types", "provisions")
_PATH = re.compile(r"([a-z]{4,10})\.(\d{1,3})(?:\.([a-z]{2,10}))?", re.ASCII)


@dataclass(frozen=True)
class Choice:
    """A value that may be chosen."""

    value: str
    label: str
    chosen: bool = False
    note: str = ""


@dataclass(frozen=True)
class Field:
    """A field of the form with its label, its value, what it rests on and what is the matter with it."""

    path: str
    label: str
    value: str = ""
    kind: str = "text"  # text, long, select, radio, check
    choices: tuple[Choice, ...] = ()
    groups: tuple[tuple[str, tuple[Choice, ...]], ...] = ()
    options: tuple[Choice, ...] = ()  # proposed beside a text
    rest: Rest | None = None
    problem: str = ""
    hint: str = ""
    checked: bool = False
    language: str = ""
    longest: int = LONGEST

    @property
    def id(self) -> str:
        """For the page."""
        return f"f-{self.path.replace('.', '-')}"


@dataclass(frozen=True)
class Row:
    """One of several: a target, an actor, a type; its fields, and names or cases that were found for it."""

    path: str
    label: str
    fields: tuple[Field, ...]
    rest: Rest | None = None
    problem: str = ""
    found: tuple[Any, ...] | None = None
    is_new: bool = False
    is_code: bool = False

    @property
    def id(self) -> str:
        """For the page; a row of one code shares its path with the field."""
        return f"{'row' if self.is_code else 'f'}-{self.path.replace('.', '-')}"


@dataclass(frozen=True)
class Form:
    """The whole form; `fields` and `rows` by the name that the codebook gives them."""

    fields: Mapping[str, Field]
    rows: Mapping[str, tuple[Row, ...]]
    labels: Mapping[str, str]
    problems: tuple[tuple[str, str, str], ...] = ()  # id, label, words
    chosen: tuple[tuple[str, str], ...] = field(default=())  # words chosen in the text: path, "from-to"


# --- what is shown ----------------------------------------------------------------------------------------


def label(name: str, of: str = "event") -> str:
    """A field's label in the page's language."""
    term = next(row for row in codebook().fields if row.name == name and row.of == of)
    return words.capital(term.label[words.language()])


def language_name(code: str) -> str:
    """English, Russian or Kazakh, in the page's language."""
    return {"en": gettext("English"), "ru": gettext("Russian"), "kk": gettext("Kazakh")}[code]


def form(
    values: Values,
    text: Told,
    *,
    problems: Mapping[str, str] | None = None,
    found: Mapping[str, Sequence[Any]] | None = None,
    chosen: Mapping[str, str] | None = None,
) -> Form:
    """The form for the page; `problems`, `found` (names for a row) and `chosen` words by path."""
    maker = _Maker(values, text, problems or {}, found or {})
    rows = {name: maker.rows(name) for name in (*CODE_ROWS, *ROWS)}
    fields = maker.fields()
    told = [*fields.values(), *(row for some in rows.values() for row in some)]
    told += [one for some in rows.values() for row in some for one in row.fields]
    listed = {one.id: (one.id, one.label, one.problem) for one in told if one.problem}
    labels = {name: label(name) for name in ("types", "alleged", "provisions", "place", *ROWS)}
    return Form(fields, rows, labels, tuple(listed.values()), tuple((chosen or {}).items()))


class _Maker:
    """One form in the making."""

    def __init__(
        self, values: Values, text: Told, problems: Mapping[str, str], found: Mapping[str, Sequence[Any]]
    ) -> None:
        self.values, self.text, self.problems, self.found = values, text, problems, found
        self.book, self.here = codebook(), words.language()

    def fields(self) -> dict[str, Field]:
        book, value = self.book, self.values
        none = Choice("", gettext("none"), not value["phase"])
        unsaid = Choice("", gettext("not told"), not value["work_link"])
        place = self._text("place", label("name", "place"), longest=200)
        return {
            "kind": self._radio("kind", label("kind"), self._choices(book.kinds, value["kind"])),
            "date": self._text(
                "date",
                label("date"),
                hint=_day_words(value["date"]),
                options=_wider(value["date"]),
                longest=21,
            ),
            "date_text": self._text("date_text", label("date_text"), longest=300),
            "phase": self._radio(
                "phase", label("phase"), (*self._choices(book.phases, value["phase"]), none)
            ),
            "background": self._check("background", label("background")),
            "work_link": self._radio(
                "work_link", label("work_link"), (*self._choices(book.work_links, value["work_link"]), unsaid)
            ),
            "people_hit": self._text("people_hit", label("people_hit"), longest=10),
            "people_hit_exact": self._check("people_hit_exact", label("people_hit_exact")),
            "place": place,
            "region": self._region(),
            "country": self._text("country", label("country", "place"), longest=2),
            "case": self._text("case", label("case"), longest=120),
            **{
                f"summary_{code}": self._text(
                    f"summary_{code}",
                    f"{label('summary')}: {language_name(code)}",
                    kind="long",
                    language=code,
                )
                for code in LANGUAGES
            },
            "note": self._text("note", label("note"), kind="long"),
        }

    def rows(self, name: str) -> tuple[Row, ...]:
        make = getattr(self, f"_row_of_{name}")
        return tuple(make(number, value) for number, value in enumerate(self.values[name]))

    # --- fields ---

    def _text(
        self, path: str, said: str, *, kind: str = "text", value: str | None = None, **more: Any
    ) -> Field:
        value = self.values[path] if value is None else value
        return Field(
            path,
            said,
            value,
            kind,
            rest=self.text.rests.get(path),
            problem=self.problems.get(path, ""),
            **more,
        )

    def _radio(self, path: str, said: str, choices: tuple[Choice, ...]) -> Field:
        return self._text(path, said, kind="radio", choices=choices)

    def _check(self, path: str, said: str) -> Field:
        return self._text(path, said, kind="check", value="1", checked=self.values[path])

    def _region(self) -> Field:
        chosen = self.values["region"]
        codes = sorted(self.book.regions[words.COUNTRY], key=words.region_label)
        known = [Choice(code, words.region_label(code), code == chosen) for code in codes]
        if chosen and chosen not in codes:
            known.append(Choice(chosen, chosen, True))
        none = Choice("", gettext("none"), not chosen)
        return self._text("region", label("region", "place"), kind="select", choices=(none, *known))

    def _choices(self, terms: Mapping[str, Any], chosen: str) -> tuple[Choice, ...]:
        known = [
            Choice(code, words.capital(term.label[self.here]), code == chosen) for code, term in terms.items()
        ]
        return tuple(known)

    def _part(self, path: str, said: str, value: str, **more: Any) -> Field:
        """A field of a row: its ground is the row's."""
        return Field(path, said, value, problem=self.problems.get(path, ""), **more)

    def _select(self, path: str, said: str, terms: Mapping[str, Any], value: str) -> Field:
        known = self._choices(terms, value)
        if value not in terms:
            known = (Choice(value, value or gettext("choose"), True), *known)
        return self._part(path, said, value, kind="select", choices=known)

    # --- rows ---

    def _row(self, path: str, said: str, fields: Iterable[Field], **more: Any) -> Row:
        found = self.found.get(path)
        return Row(
            path,
            said,
            tuple(fields),
            rest=self.text.rests.get(path),
            problem="" if more.get("is_code") else self.problems.get(path, ""),
            found=None if found is None else tuple(found),
            **more,
        )

    def _row_of_types(self, number: int, code: str) -> Row:
        path = f"types.{number}"
        said = gettext("Main type") if not number else gettext("Further type")
        groups = [
            (words.group_label(group), tuple(self._types_of(group, code))) for group in self.book.groups
        ]
        blank = Choice(
            "" if code in self.book.types else code,
            gettext("choose") if not code or code in self.book.types else code,
            code not in self.book.types,
        )
        return self._row(
            path,
            said,
            (
                self._part(path, said, code, kind="select", choices=(blank,), groups=tuple(groups)),
                Field(
                    f"{path}.alleged", label("alleged"), "1", "check", checked=code in self.values["alleged"]
                ),
            ),
            is_code=True,
        )

    def _types_of(self, group: str, chosen: str) -> Iterable[Choice]:
        for code, term in self.book.types.items():
            if term.group == group:
                yield Choice(code, words.capital(term.label[self.here]), code == chosen)

    def _row_of_provisions(self, number: int, code: str) -> Row:
        path, said = f"provisions.{number}", label("provisions")
        known = words.provision_label(code) if code else ""
        hint = known if known != code else ""
        return self._row(path, said, (self._part(path, said, code, hint=hint, longest=40),), is_code=True)

    def _row_of_targets(self, number: int, row: Mapping[str, str]) -> Row:
        path = f"targets.{number}"
        return self._row(
            path,
            label("targets"),
            (
                self._part(f"{path}.written", label("written", "target"), row["written"], longest=500),
                self._part(f"{path}.name", label("name", "target"), row["name"], longest=300),
                self._select(f"{path}.type", label("type", "target"), self.book.target_types, row["type"]),
            ),
            is_new=not any(row.values()),
        )

    def _row_of_actors(self, number: int, row: Mapping[str, str]) -> Row:
        path = f"actors.{number}"
        roles = (
            *self._choices(self.book.actor_roles, row["role"]),
            Choice("", gettext("not told"), not row["role"]),
        )
        return self._row(
            path,
            label("actors"),
            (
                self._part(f"{path}.written", label("written", "actor"), row["written"], longest=500),
                self._part(f"{path}.name", label("name", "actor"), row["name"], longest=300),
                self._select(f"{path}.type", label("type", "actor"), self.book.actor_types, row["type"]),
                self._part(f"{path}.role", label("role", "actor"), row["role"], kind="radio", choices=roles),
            ),
            is_new=not any(row.values()),
        )

    def _row_of_upcoming(self, number: int, row: Mapping[str, str]) -> Row:
        path = f"upcoming.{number}"
        fields = (
            self._part(f"{path}.{name}", label(name, "upcoming"), row[name]) for name in ROWS["upcoming"]
        )
        return self._row(path, label("upcoming"), fields, is_new=not any(row.values()))

    def _row_of_amounts(self, number: int, row: Mapping[str, str]) -> Row:
        path = f"amounts.{number}"
        fields = (self._part(f"{path}.{name}", label(name, "amount"), row[name]) for name in ROWS["amounts"])
        return self._row(path, label("amounts"), fields, is_new=not any(row.values()))


def known_provisions() -> list[Choice]:
    """Provisions that the ledger has, in words: to choose from while typing."""
    codes = EventProvision.objects.order_by("code").values_list("code", flat=True).distinct()[:300]
    return [
        Choice(code, words.provision_label(code)) for code in dict.fromkeys([*codes, *country().articles])
    ]


def _day_words(date: str) -> str:
    try:
        return words.when(date).full if date else ""
    except ValueError:
        return ""


def _wider(date: str) -> tuple[Choice, ...]:
    """The month and the year of a day: what a date is where the text tells no more."""
    point = date.partition("/")[0]
    return tuple(
        Choice(point[:length], _day_words(point[:length])) for length in (10, 7, 4) if len(point) >= length
    )


# --- what came back ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Posted:
    """What a browser sent: the values, what is the matter with them as texts, and words chosen in the source."""

    values: Values
    problems: Mapping[str, str]
    chosen: Mapping[str, str]


def posted(sent: QueryDict) -> Posted:
    """The form as it came back, whatever was sent: rows without a word are left out, the others close up."""
    reader = _Reader(sent)
    values = empty()
    for name in TEXTS:
        values[name] = reader.text(name, name)
    values["case"] = reader.text("case_pick", "case") or values["case"]
    for name in MARKS:
        values[name] = name in sent
    for name in (*CODE_ROWS, *ROWS):
        for number in reader.numbers(name):
            reader.row(values, name, number)
    return Posted(values, reader.problems, reader.chosen)


class _Reader:
    """One reading of what was sent."""

    def __init__(self, sent: QueryDict) -> None:
        self.sent = sent
        self.problems: dict[str, str] = {}
        self.chosen: dict[str, str] = {}
        self._words("date", "date")

    def text(self, name: str, path: str) -> str:
        """A text that a database can keep; of another it is said what is the matter."""
        raw = self.sent.get(name, "").replace("\r\n", "\n")
        value = "".join(sign for sign in raw if sign != "\0" and not "\ud800" <= sign <= "\udfff")
        if value != raw:
            self.problems[path] = gettext("A sign in this text is no letter; it was taken out.")
        if len(value) > LONGEST:
            self.problems[path] = gettext("This is too long: at most %(number)s letters.") % {
                "number": LONGEST
            }
            value = value[:LONGEST]
        return value if name in LONG else " ".join(value.split())

    def numbers(self, name: str) -> list[int]:
        """The numbers of the rows that were sent, in order."""
        found = {int(match[2]) for key in self.sent if (match := _PATH.fullmatch(key)) and match[1] == name}
        if len(found) > MOST_ROWS:
            self.problems[f"{name}.0"] = gettext("There are too many of these.")
        return sorted(number for number in found if f"{name}.{number}.leave" not in self.sent)[:MOST_ROWS]

    def row(self, values: Values, name: str, number: int) -> None:
        """Add a row to the values, under its new number."""
        sent, now = f"{name}.{number}", f"{name}.{len(values[name])}"
        if name in CODES:
            value: Any = self.text(sent, now)
            if value and name == "types" and f"{sent}.alleged" in self.sent:
                values["alleged"].append(value)
        else:
            value = {part: self.text(f"{sent}.{part}", f"{now}.{part}") for part in ROWS[name]}
            picked = self.text(f"{sent}.pick", now)
            if picked:
                value["name"] = picked
            if not any(text for part, text in value.items() if part not in ("type", "role")):
                value = None
        if value:
            values[name].append(value)
            self._words(sent, now)

    def _words(self, sent: str, now: str) -> None:
        chosen = self.sent.get(f"words.{sent}", "")
        if re.fullmatch(r"\d{1,7}-\d{1,7}", chosen, re.ASCII):
            self.chosen[now] = chosen


def as_sent(values: Values) -> list[tuple[str, str]]:
    """The names and values by which a browser sends the form: what `posted` reads back."""
    sent = [(name, values[name]) for name in TEXTS if values[name]]
    sent += [(name, "1") for name in MARKS if values[name]]
    for name in CODE_ROWS:
        for number, code in enumerate(values[name]):
            sent.append((f"{name}.{number}", code))
            if name == "types" and code in values["alleged"]:
                sent.append((f"{name}.{number}.alleged", "1"))
    for name in ROWS:
        for number, row in enumerate(values[name]):
            sent += [(f"{name}.{number}.{part}", text) for part, text in row.items() if text]
    return sent


def part_label(part: str) -> str:
    """The label of what a person decides on as one thing."""
    if part in SUMMARIES:
        return f"{label('summary')}: {language_name(part[-2:])}"
    return label(part)


def part_words(part: str, values: Values) -> list[str]:
    """What a form says of it, a line each."""
    book = codebook()
    said = {
        "kind": lambda: [words.kind_label(values["kind"])],
        "types": lambda: [
            words.type_label(code) + (f" ({label('alleged')})" if code in values["alleged"] else "")
            for code in values["types"]
        ],
        "date": lambda: [values["date"], values["date_text"]],
        "phase": lambda: (
            [book.phases[values["phase"]].label[words.language()]]
            if values["phase"] in book.phases
            else [values["phase"]]
        ),
        "background": lambda: [gettext("yes") if values["background"] else gettext("no")],
        "work_link": lambda: [words.work_link_label(values["work_link"])],
        "people_hit": lambda: [
            values["people_hit"],
            label("people_hit_exact") if values["people_hit_exact"] else "",
        ],
        "provisions": lambda: [words.provision_label(code) for code in values["provisions"]],
        "place": lambda: [
            values["place"],
            words.region_label(values["region"]) if values["region"] else "",
            values["country"],
        ],
    }
    if part in ROWS:
        return [
            " · ".join(dict.fromkeys(filter(None, map(_code_words, row.values())))) for row in values[part]
        ]
    return [line for line in (said[part]() if part in said else [values[part]]) if line]


def _code_words(text: str) -> str:
    """A code of a list of people in words; any other text as it is."""
    book = codebook()
    for terms in (book.target_types, book.actor_types, book.actor_roles):
        if text in terms:
            return terms[text].label[words.language()]
    return text


# --- what is the matter -----------------------------------------------------------------------------------


def problem_words(path: str) -> str:
    """What is the matter with a field that the codebook's rules refuse, for the page."""
    field, _, rest = path.partition(".")
    leaf = rest.rpartition(".")[2] or field
    told = {
        "kind": gettext("Choose one of the kinds."),
        "types": gettext(
            "This type cannot stand here: relief begins with an outcome, a violation with neither an outcome nor context, and each type stands once."
        ),
        "date": gettext(
            "This is not a date: write 2026-03-15, 2026-03 or 2026, or two of them with a slash between."
        ),
        "date_text": gettext("At most 300 letters."),
        "phase": gettext("This phase does not go with the kind."),
        "alleged": gettext("Relief is never alleged."),
        "work_link": gettext("Choose one of these."),
        "people_hit": gettext("Write a whole number."),
        "people_hit_exact": gettext("A number is exact only where there is one."),
        "country": gettext("Write the two letters of a country, such as KZ."),
        "region": gettext("This region is not one of that country."),
        "place": gettext("At most 200 letters."),
        "provisions": gettext("Write it like KZ-CC-274 or KZ-CAO-120-3."),
        "case": gettext("Small letters, figures and hyphens only, such as oydan-274."),
        "note": gettext("Say where this is known from."),
    }
    parts = {
        "written": gettext("The words of the source are needed, at most 500 letters."),
        "name": gettext("A name is needed, at most 300 letters."),
        "type": gettext("Choose who it is."),
        "role": gettext("Choose one of these."),
        "date": told["date"],
        "what": gettext("Say what it is; for an amount, one word such as fine."),
        "value": gettext("Write a number, such as 200000 or 1.5."),
        "unit": gettext("Write a unit, such as KZT, MCI, month or post."),
    }
    other = gettext("This cannot stand here.")
    return parts.get(leaf, other) if field in ROWS else told.get(field, other)
