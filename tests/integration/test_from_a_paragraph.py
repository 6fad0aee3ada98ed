"""The newcomer's page is run as it stands: what it prints is what the code says, and what it names is there."""

from __future__ import annotations

import ast
import doctest
import re
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "tutorials" / "from-a-paragraph-to-a-published-event.md"
#: "`name` in [file](link)"
NAMED = re.compile(r"`(\w+)` in \[[^]]+\]\(([^)]+\.py)\)")


@pytest.mark.django_db
def test_the_page_prints_what_the_code_says(evidence, settings, tmp_path, monkeypatch):
    settings.SMALL_DESK = False
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = doctest.DocTestParser().get_doctest(
        PAGE.read_text("utf-8").replace("```\n", "\n```\n"), {}, PAGE.name, str(PAGE), 0
    )
    assert len(found.examples) > 40
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
    runner.run(found, out=told.append)
    assert not runner.failures, "".join(told)


def test_the_functions_that_the_page_names_are_where_it_says():
    named = NAMED.findall(PAGE.read_text("utf-8"))
    assert len(named) > 15
    for name, link in named:
        tree = ast.parse((PAGE.parent / link).read_text("utf-8"))
        assert name in {getattr(one, "name", "") for one in ast.walk(tree)}, (name, link)
