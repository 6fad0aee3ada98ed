"""The site's words: every text in every language, files that are up to date, and a check that sees what is wrong."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def messages(tmp_path, monkeypatch):
    """The tool, on a copy of the languages."""
    spec = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools" / "messages.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    shutil.copytree(tool.LOCALE, tmp_path / "locale")
    monkeypatch.setattr(tool, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(tool, "ROOT", Path("/"))
    monkeypatch.setattr(tool, "texts", _cached(tool))
    return tool


_TEXTS: list = []


def _cached(tool):
    original = tool.texts
    root = tool.WEB

    def texts():
        if not _TEXTS:
            tool.ROOT = root.parents[1]
            _TEXTS.extend(original())
            tool.ROOT = Path("/")
        return iter(_TEXTS)

    return texts


def check(tool, monkeypatch, capsys) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["messages.py", "--check"])
    return tool.main(), capsys.readouterr().out


def change(tool, old: str, new: str) -> None:
    path = tool.po_path("ru")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_text_is_translated_and_every_file_is_up_to_date(messages, monkeypatch, capsys):
    status, said = check(messages, monkeypatch, capsys)
    assert status == 0, said


def test_what_is_wrong_is_found(messages, monkeypatch, capsys):
    change(messages, 'msgstr "Все дела"', 'msgstr ""')
    change(messages, "страница %(number)s из %(pages)s", "страница %(number)s")
    status, said = check(messages, monkeypatch, capsys)
    assert status == 1
    assert "no translation: 'All cases'" in said
    assert "a placeholder is lost" in said
    assert "django.mo is not up to date" in said


def test_what_is_written_is_what_the_check_wants(messages, monkeypatch, capsys):
    change(messages, 'msgstr "Все дела"', 'msgstr "Все-все дела"')
    monkeypatch.setattr(sys, "argv", ["messages.py"])
    assert messages.main() == 0
    assert check(messages, monkeypatch, capsys)[0] == 0


@pytest.mark.parametrize(("language", "forms"), [("ru", 3), ("kk", 1)])
def test_numbers_have_the_forms_of_their_language(messages, language, forms):
    with messages.po_path(language).open("rb") as stream:
        catalog = read_po(stream, locale=language)
    plural = [message.string for message in catalog if isinstance(message.id, tuple | list)]
    assert plural and {len(strings) for strings in plural} == {forms}
