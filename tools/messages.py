"""The site's words in every language: collect them, keep the .po files, compile the .mo files.

    messages.py [--check]

Collects what Python and the templates mark for translation, brings the .po files up to date and compiles them.
--check writes nothing and fails where a text has no translation, a file is stale, or a translation lost a
placeholder. GNU gettext is not needed. English is the texts themselves.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from barometer.codebook import codebook

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "barometer" / "web"
LOCALE = WEB / "locale"
#: Language → how many plural forms it has, and which one a number takes.
PLURALS = {
    "ru": (3, "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)"),
    "kk": (1, "0"),
}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|<[^>]+>")
#: Written by Babel with the time of the run: left out, so that the same texts make the same file.
_TIMES = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|Report-Msgid-Bugs-To): .*\n',
    re.M,
)


def texts() -> Iterator[tuple[str, int, object, list[str], str | None]]:
    """Every text with its file, line, comments and context."""
    for path in sorted(WEB.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _found(path, path.read_bytes())
    for path in sorted([*WEB.rglob("templates/**/*.html"), *WEB.rglob("templates/**/*.svg")]):
        yield from _found(path, templatize(path.read_text(encoding="utf-8")).encode("utf-8"))
    yield from _definitions()


def _definitions() -> Iterator[tuple[str, int, object, list[str], str | None]]:
    """What the codebook says of its kinds and types: its data has that in English alone, the site says it in all."""
    book = codebook()
    for term in (*book.kinds.values(), *book.types.values()):
        yield "barometer/codebook/data", 1, term.definition, [], "codebook"


def _found(path: Path, code: bytes) -> Iterator[tuple[str, int, object, list[str], str | None]]:
    name = path.relative_to(ROOT).as_posix()
    for line, message, comments, context in extract("python", BytesIO(code), KEYWORDS, ["Translators:"]):
        yield name, line, message, comments, context


def template() -> Catalog:
    """A catalogue of all texts, in the order of the files. Lines are left out: they would change with every edit."""
    catalog = Catalog(project="Press Barometer", charset="utf-8")
    for name, _, message, comments, context in texts():
        catalog.add(message, None, [(name, None)], auto_comments=comments, context=context)
    return catalog


def po_path(language: str) -> Path:
    """Where a language's texts stand."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def updated(language: str, new: Catalog) -> Catalog:
    """The language's catalogue with the texts of today; translations are kept, nothing is guessed."""
    path = po_path(language)
    catalog = Catalog(locale=language, project="Press Barometer", charset="utf-8")
    if path.is_file():
        with path.open("rb") as stream:
            catalog = read_po(stream, locale=language)
    catalog._num_plurals, catalog._plural_expr = PLURALS[language]
    catalog.update(new, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    catalog.header_comment = f"# Press Barometer: the site's words in {catalog.locale.english_name}."
    return catalog


def as_po(catalog: Catalog) -> str:
    """The .po file, the same for the same texts."""
    stream = BytesIO()
    write_po(stream, catalog, width=110, omit_header=False, sort_by_file=False)
    return _TIMES.sub("", stream.getvalue().decode("utf-8"))


class _Plain(Catalog):
    """A catalogue whose header has no time and no version in it."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Only what a reader of the .mo file needs."""
        return [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", self.plural_forms)]


def as_mo(catalog: Catalog) -> bytes:
    """The .mo file, the same for the same texts."""
    plain = _Plain(locale=catalog.locale, charset="utf-8")
    plain._num_plurals, plain._plural_expr = PLURALS[str(catalog.locale)]
    for message in catalog:
        if message.id and message.string:
            plain.add(message.id, message.string, context=message.context)
    stream = BytesIO()
    write_mo(stream, plain)
    return stream.getvalue()


def findings(language: str, catalog: Catalog) -> Iterator[str]:
    """What is missing or wrong in a language."""
    path = po_path(language).relative_to(ROOT)
    for message in catalog:
        if message.id:
            yield from (
                f"{path}: {what}: {_shown(message)!r}" for what in _wrong(message, PLURALS[language][0])
            )


def _wrong(message: Message, plurals: int) -> Iterator[str]:
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    wanted = plurals if len(ids) > 1 else 1
    if len(strings) != wanted or not all(strings):
        yield "no translation"
        return
    needed = set(PLACEHOLDER.findall(ids[-1]))
    if any(set(PLACEHOLDER.findall(string)) - set(PLACEHOLDER.findall(" ".join(ids))) for string in strings):
        yield "a placeholder that the text has not"
    if not needed <= set().union(*(PLACEHOLDER.findall(string) for string in strings)):
        yield "a placeholder is lost"


def _shown(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else str(message.id)


def main() -> int:
    """0 where every text is translated and every file is up to date."""
    check = "--check" in sys.argv
    problems: list[str] = []
    new = template()
    for language in PLURALS:
        catalog, path = updated(language, new), po_path(language)
        files = {path: as_po(catalog).encode("utf-8"), path.with_suffix(".mo"): as_mo(catalog)}
        for file, content in files.items():
            if not check:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            elif not file.is_file() or file.read_bytes() != content:
                problems.append(f"{file.relative_to(ROOT)} is not up to date. Next: make messages")
        problems += findings(language, catalog)
    for problem in problems:
        print(problem)
    count = sum(bool(message.id) for message in new)
    print(
        f"messages: {len(problems)} findings"
        if problems
        else f"messages: {count} texts in {len(PLURALS)} languages"
    )
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
