"""The mirror's parts that need no ledger: names of files, rewritten pages, the folder, the manifest and its signature."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.errors import NotReady, Unreadable
from barometer.web import mirror_commands
from barometer.web.mirror import manifest
from barometer.web.mirror.addresses import place, safe
from barometer.web.mirror.checking import broken, mend
from barometer.web.mirror.manifest import Manifest, held
from barometer.web.mirror.rewriting import Notes, Rewriter
from barometer.web.mirror.tree import Tree

NOTES = Notes(
    lambda at: f"[search {at}]", lambda at: f"[form {at}]", lambda at: f'<a href="{at}index.html">copy</a>'
)


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/en/", "en/index.html"),
        ("/ru/?period=2025Q4", "ru/period-2025q4.html"),
        ("/en/cases/?state=open&page=1", "en/cases/state-open.html"),
        ("/en/cases/?page=2&state=open&sort=odd", "en/cases/page-2.state-open.html"),
        ("/kk/events/abc/?utm=1", "kk/events/abc/index.html"),
        (
            "/en/events/?kind=violation&period=2026Q1&view=table",
            "en/events/period-2026q1.kind-violation.html",
        ),
        ("/en/events/?q=words", "en/events/index.html"),
        ("/en/events/?case=some-case", "en/cases/some-case/index.html"),
        ("/en/calendar.ics", "en/calendar.ics"),
        ("/static/public/site.css", "static/public/site.css"),
    ],
)
def test_a_page_has_its_file(address, file):
    assert place(address).file == file


@pytest.mark.parametrize(
    "address",
    ["/desk/", "/desk/day/", "/ru/tip/", "/api/v1/events", "/en/embed/events/", "/elsewhere/", "/en/events/feed.atom?kind=relief", "/en/cases/x/feed.json", "/en/follow/"],
)  # fmt: skip
def test_what_a_mirror_does_not_have(address):
    assert place(address) is None


@given(
    st.text(
        st.characters(blacklist_characters="/\x00", blacklist_categories=("Cs",)), min_size=1, max_size=300
    )
)
def test_every_name_can_be_held_by_every_system(name):
    file = safe(name)
    assert file == file.lower()
    assert len(file) <= 80
    assert not set(file) & set('<>:"|?*\\/ ')
    assert not file.endswith((".", " ")) and not file.startswith(".")
    assert file.split(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt1"}


def test_names_that_differ_stay_apart():
    names = ["con", "nul.html", "a b", "a_b", "a-b", "ә", "Ә", "a.", "a", "x" * 300, "x" * 301]
    assert len({safe(name) for name in names}) == len(names)


@pytest.fixture
def rewritten():
    def rewrite(body: str, address: str = "/en/events/abc/", site: str = "https://press.example") -> str:
        page = f"<html><head></head><body>{body}<footer></footer></body></html>"
        return Rewriter("press.example", site, NOTES).html(page, place(address))[0]

    return rewrite


def test_addresses_become_relative(rewritten):
    text = rewritten(
        '<a href="/ru/cases/x/#law">1</a><a href="?page=2">2</a><a href="#main">3</a>'
        '<a href="https://press.example/en/about/">4</a><a href="https://news.example/en/">5</a>'
        '<img src="/static/a.svg"><a href="/en/events/?kind=relief&amp;period=2026Q1">6</a>'
    )
    assert '<a href="../../../ru/cases/x/index.html#law">1</a>' in text
    assert '<a href="../../../en/events/abc/page-2.html">2</a>' in text
    assert '<a href="#main">3</a>' in text
    assert '<a href="../../../en/about/index.html">4</a>' in text
    assert '<a href="https://news.example/en/">5</a>' in text
    assert '<img src="../../../static/a.svg">' in text
    assert '<a href="../../../en/events/period-2026q1.kind-relief.html">6</a>' in text


def test_what_needs_a_server_is_explained_and_the_desk_is_not_named(rewritten):
    text = rewritten(
        '<form method="post" action="/en/tip/"><input name="csrfmiddlewaretoken" value="secret"></form>'
        '<form role="search" action="/en/events/"><input name="q"></form>'
        '<a href="/en/tip/">tip</a><a class="x" href="/desk/events/1/">desk</a>'
        '<link rel="alternate" type="application/atom+xml" href="/en/events/feed.atom?kind=relief">'
    )
    assert "secret" not in text and "<form" not in text and "/desk" not in text and "feed.atom" not in text
    assert "[form ../../../en/copy/]" in text and "[search ../../../en/copy/]" in text
    assert '<a href="../../../en/copy/index.html">tip</a>' in text
    assert '<a class="x">desk</a>' in text


def test_only_the_canonical_address_is_absolute_and_without_a_site_there_is_none(rewritten):
    body = (
        '<link rel="canonical" href="https://press.example/en/"><p class="cite">https://press.example/en/</p>'
    )
    assert body in rewritten(body)
    assert "press.example" not in rewritten(body, site="")


def test_broken_links_are_found_and_mended(tmp_path):
    (tmp_path / "en").mkdir()
    page = '<a class="y" href="../ru/gone.html#x">words</a> <a href="b.html">b</a> <link href="../no.css">'
    (tmp_path / "en" / "a.html").write_text(page)
    (tmp_path / "en" / "b.html").write_text("")
    found = broken(tmp_path, ["en/a.html", "en/b.html"])
    assert found == {"en/a.html": {"ru/gone.html", "no.css"}}
    assert (
        mend(tmp_path, "en/a.html", found["en/a.html"]) == b'<a class="y">words</a> <a href="b.html">b</a> '
    )
    assert broken(tmp_path, ["en/a.html", "en/b.html"]) == {}


# --- the folder -------------------------------------------------------------------------------------------


def put(tree: Tree, files: dict[str, str]) -> Manifest:
    tree.begin()
    for name, text in files.items():
        path = tree.pages / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Manifest("software", "2026-03-01", {name: held(text.encode()) for name, text in files.items()})


def contents(folder) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.name != manifest.NAME
    }


@pytest.fixture
def tree(tmp_path) -> Tree:
    tree = Tree(tmp_path / "mirror")
    tree.open()
    tree.commit(put(tree, {"a.html": "one", "x/index.html": "two", "x/y.html": "three"}))
    return tree


def test_only_what_changed_is_written_and_what_is_gone_is_removed(tree):
    os.utime(tree.folder / "a.html", (1, 1))
    tree.open()
    done = tree.commit(put(tree, {"a.html": "one", "x": "a file now", "b/c.html": "new"}))
    assert (done.files, done.written, done.removed) == (3, 2, 2)
    assert contents(tree.folder) == {"a.html": "one", "x": "a file now", "b/c.html": "new"}
    assert (tree.folder / "a.html").stat().st_mtime == 1


def test_a_run_that_was_stopped_while_making_leaves_the_old_mirror(tree):
    put(tree, {"a.html": "half"})
    assert {name: text for name, text in contents(tree.folder).items() if not name.startswith(".")} == {
        "a.html": "one", "x/index.html": "two", "x/y.html": "three",
    }  # fmt: skip
    tree.open()
    tree.commit(put(tree, {"a.html": "whole"}))
    assert contents(tree.folder) == {"a.html": "whole"}


@pytest.mark.parametrize("after", range(5))
def test_a_run_that_was_stopped_while_moving_is_finished_by_the_next(tree, monkeypatch, after):
    made = put(tree, {"a.html": "1", "x/index.html": "2", "x/z.html": "3"})
    replace, count = Path.replace, iter(range(100))

    def stopped(path, target):
        if "pages" in path.parts and next(count) == after or after == 4 and path.name == manifest.NAME:
            raise KeyboardInterrupt
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", stopped)
    with contextlib.suppress(KeyboardInterrupt):
        tree.commit(made)
    monkeypatch.undo()
    for name, text in contents(tree.folder).items():
        assert text in ("one", "two", "three", "1", "2", "3") or name.startswith(".")
    again = Tree(tree.folder)
    again.open()
    assert contents(tree.folder) == {"a.html": "1", "x/index.html": "2", "x/z.html": "3"}
    assert again.is_whole(made)


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(NotReady, match="is not empty and is no mirror"):
        Tree(tmp_path).open()
    with pytest.raises(NotReady, match="this is a file"):
        Tree(tmp_path / "thesis.txt").open()
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_two_names_that_are_one_on_some_systems_are_refused(tmp_path):
    tree = Tree(tmp_path / "mirror")
    tree.open()
    made = put(tree, {"a.html": "", "A.html": ""})
    with pytest.raises(NotReady, match="would be one file"):
        tree.commit(made)


# --- the manifest -----------------------------------------------------------------------------------------


def test_a_signed_mirror_is_verified_and_every_change_is_found(tree, tmp_path):
    private, public = tmp_path / "key.pem", tmp_path / "key.pub"
    public.write_text(mirror_commands.keygen(private))
    assert os.name == "nt" or private.stat().st_mode & 0o077 == 0
    assert mirror_commands.verify(tree.folder, public) == ["missing: manifest.sig"]
    mirror_commands.sign(tree.folder, private)
    first = (tree.folder / manifest.SIGNATURE).read_bytes()
    mirror_commands.sign(tree.folder, private)
    assert (tree.folder / manifest.SIGNATURE).read_bytes() == first and len(first) == 64
    assert mirror_commands.verify(tree.folder, public) == []
    (tree.folder / "a.html").write_text("ONE")
    (tree.folder / "x" / "y.html").unlink()
    (tree.folder / "stranger.js").write_text("")
    assert mirror_commands.verify(tree.folder, public) == [
        "changed: a.html", "missing: x/y.html", "not in the manifest: stranger.js",
    ]  # fmt: skip
    data = json.loads((tree.folder / manifest.NAME).read_text())
    assert data["files"]["a.html"] == [3, held(b"one").sha256]
    data["files"]["a.html"] = [3, held(b"ONE").sha256]
    (tree.folder / manifest.NAME).write_text(json.dumps(data))
    assert "the signature is not of this manifest by this key" in mirror_commands.verify(tree.folder, public)


def test_a_manifest_that_names_files_elsewhere_is_not_followed(tree):
    made = manifest.read(tree.folder)
    bad = Manifest(
        made.software, made.day, {**made.files, "../../etc/passwd": held(b"x"), "/etc/passwd": held(b"x")}
    )
    (tree.folder / manifest.NAME).write_bytes(bad.bytes())
    assert manifest.read(tree.folder) == made


def test_another_signature_goes_with_the_manifest_it_was_over(tree, tmp_path):
    mirror_commands.keygen(tmp_path / "key.pem")
    mirror_commands.sign(tree.folder, tmp_path / "key.pem")
    tree.open()
    tree.commit(put(tree, {"a.html": "other"}))
    assert not (tree.folder / manifest.SIGNATURE).exists()
    with pytest.raises(Unreadable, match="no Ed25519 private key"):
        mirror_commands.sign(tree.folder, tree.folder / "a.html")
    with pytest.raises(NotReady, match="this is no mirror"):
        mirror_commands.verify(tmp_path, None)
