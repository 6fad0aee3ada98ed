"""What all tests share: a data folder of their own, set before Django loads, and the measuring data if given."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tried import LONG, tried

# No test is timed: a busy machine is not a fault.
settings.register_profile("steady", tried(100), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

# Every process of the suite (xdist workers too) has a data folder of its own.
os.environ["BAROMETER_HOME"] = HOME = tempfile.mkdtemp(prefix="barometer-tests-")
# Said here and not in pyproject.toml: Django would be loaded before that folder is set, with the folder of whoever tests.
os.environ["DJANGO_SETTINGS_MODULE"] = "barometer.web.config.settings"

# Playwright's loop runs in the test's thread; Django would take that for asynchronous code, and asyncio allows no second
# loop there: what asks for one after a browser test gets it in a thread of its own.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
_run = asyncio.run


def _run_apart(main, **named):
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _run(main, **named)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_run, main, **named).result()


asyncio.run = _run_apart

#: Debian's chromium; and its headless shell, the same engine without the windows and bars that it draws for nobody: a
#: quarter of the work. The long run takes the whole browser.
WHOLE = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
CHROMIUM = WHOLE if LONG else ("/usr/bin/chromium-headless-shell", *WHOLE)
ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config):
    """People of the tests need no second factor, but where a test sets it otherwise."""
    from django.conf import settings as site
    from django.db import connection

    assert str(site.HOME) == HOME, "Django was loaded before the tests had a data folder of their own"
    site.SECOND_FACTOR = "optional"
    _cheaper(site, connection)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes():
    """The processes that run the tests say for themselves, once each has its folder, what Django is to load."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


def _cheaper(site, connection):
    """What costs time and proves nothing here; the processes that tests start keep the settings of an installation."""
    # A password takes half a second to check, which is its point; how people log in does not depend on it.
    site.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if connection.vendor == "sqlite":  # this ledger is thrown away: it need not outlive a power cut
        options = connection.settings_dict["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


@pytest.hookimpl(wrapper=True)
def pytest_collection(session):
    """What is loaded for the tests stays to the end: the collector of garbage need not look at it time and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What takes long by itself is begun first, whatever the order of the others: no worker waits for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("early") is None)


def pytest_unconfigure(config):
    """Leave nothing behind."""
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def nobody_asked_before():
    """How much one reader asked the interface for is kept by the process: the next test begins anew."""
    if "barometer.web.public.api.limits" in sys.modules:
        sys.modules["barometer.web.public.api.limits"].limits._left.clear()


@pytest.fixture(autouse=True)
def nothing_worked_out_before():
    """What was worked out of one test's ledger, in memory and on the disk, is none of the next one's."""
    if "barometer.web.public.memory" in sys.modules:
        sys.modules["barometer.web.public.memory"].forget()
    yield
    shutil.rmtree(Path(HOME) / "worked-out", ignore_errors=True)


@pytest.fixture
def forgetting(settings):
    """Pages remember nothing: for a test that counts their questions, or changes rows behind the back of all actions."""
    settings.REMEMBER = False


@pytest.fixture(autouse=True)
def no_language_stays():
    """A request leaves its language in the thread: the next test begins without."""
    from django.utils import translation

    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of measuring data that DATA names (by default beside the project); skips where there is none."""
    folder = Path(os.environ.get("DATA") or ROOT.parent / "shared")
    data = folder / "data" if (folder / "data").is_dir() else folder
    if not (data / "bulletin-2026q1.gold.json").is_file():
        pytest.skip(f"no measuring data: {folder} has no data/bulletin-2026q1.gold.json (set DATA)")
    return data


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory) -> Path:
    """An empty ledger on SQLite, as a file to copy: making one takes seconds."""
    home = tmp_path_factory.mktemp("empty-ledger")
    environment = {**os.environ, "BAROMETER_HOME": str(home), "DATABASE_URL": ""}
    code = "from barometer.web import entry; entry.counts()"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=300)
    return home / "ledger.sqlite3"


@pytest.fixture(scope="session")
def samples() -> Path:
    """The project's own samples."""
    return ROOT / "samples"


def _and_the_page_is_there(click):
    """Playwright's click ends when a navigation has begun: what a test looks at next may not be parsed yet."""

    def clicked(self, *arguments, **options):
        click(self, *arguments, **options)
        page = getattr(self, "page", self)
        if not page.is_closed():
            page.wait_for_load_state()

    return clicked


@pytest.fixture(scope="session")
def chromium():
    """Debian's chromium, one for all tests of this process: Playwright allows no second one beside it."""
    path = next((path for path in CHROMIUM if Path(path).exists()), None) or shutil.which("chromium")
    if not path:
        pytest.skip("no chromium: install it (Debian: apt install chromium)")
    from playwright.sync_api import Locator, Page, sync_playwright

    Locator.click = _and_the_page_is_there(Locator.click)
    Page.click = _and_the_page_is_there(Page.click)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*(["--no-sandbox"] if root else []), "--disable-gpu"], timeout=60_000
        )
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where BAROMETER_REQUIRE names a marker (`browser`), a skipped test of that kind is a failure."""
    report = yield
    for marker in filter(None, os.environ.get("BAROMETER_REQUIRE", "").split(",")):
        if report.skipped and item.get_closest_marker(marker):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: skipped, but BAROMETER_REQUIRE asks for every {marker} test"
    return report
