"""The built wheel, installed in a fresh environment elsewhere, does the main job."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.xdist_group("wheel")  # built once, in one worker


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A folder with `python`, an environment that has the wheel and, by a path file, this one's dependencies.

    The wheel's own package comes first, so `barometer` is the wheel's and never the source tree's.
    """
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT / "barometer", source / "barometer", ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, source)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), str(source)],
        check=True,
    )
    [wheel] = folder.glob("*.whl")
    shutil.rmtree(source)
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    packages = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    )
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--no-compile", "--target", str(packages), str(wheel)],
        check=True,
    )
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder, python


def run(elsewhere, *arguments, **more):
    """The wheel's command, in its folder, with a data folder of its own."""
    folder, python = elsewhere
    environment = {
        "PATH": os.environ["PATH"],
        "BAROMETER_HOME": str(folder / "home"),
        "BAROMETER_TRACEBACK": "1",
    }
    return subprocess.run(
        [python, "-m", "barometer", *map(str, arguments)],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600, **more,
    )  # fmt: skip


def test_reads_imports_and_prints_elsewhere(elsewhere, samples):
    folder, python = elsewhere
    where = subprocess.run(
        [python, "-c", "import barometer; print(barometer.__file__)"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(folder), "the source tree was imported, not the wheel"

    sample = samples / "kazakhstan-2026q1"
    read = run(elsewhere, "read", sample / "bulletin.txt", "--out", folder / "read")
    assert read.returncode == 0, read.stderr
    assert len(json.loads((folder / "read" / "bulletin.json").read_text(encoding="utf-8"))["entries"]) > 60

    taken = run(
        elsewhere,
        "import",
        sample / "bulletin.txt",
        sample / "bulletin.json",
        "--as",
        "published",
        "--by",
        "A coder",
    )
    assert taken.returncode == 0, taken.stderr
    for language, format_ in (("kk", "pdf"), ("ru", "docx"), ("en", "md"), ("kk", "html")):
        out = folder / f"bulletin.{language}.{format_}"
        done = run(elsewhere, "bulletin", "2026Q1", "--lang", language, "--format", format_, "--out", out)
        assert done.returncode == 0, done.stderr
        assert out.stat().st_size > 10_000


@pytest.mark.long
def test_serves_elsewhere(elsewhere):
    folder, python = elsewhere
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], "BAROMETER_HOME": str(folder / "served")}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [python, "-m", "barometer", "serve", "--port", str(port)],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            page = patiently(f"http://127.0.0.1:{port}/kk/", server)
        finally:
            server.terminate()
            server.wait(20)
    assert 'lang="kk"' in page
    [style] = re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="(/[^"]+)"', page)[:1]
    assert style.startswith("/static/")


def patiently(address, server):
    """The page, once the server answers."""
    for _ in range(150):
        assert server.poll() is None, "the server ended"
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:
            return answer.read().decode()
        time.sleep(0.2)
    raise AssertionError(f"{address} never answered")
