"""Run the whole suite on SQLite, then what uses a database on PostgreSQL; install what is needed when this user may.

    run_tests.py [--long] [--only sqlite|postgres] [pytest arguments …]

BAROMETER_REQUIRE=browser,postgres makes it a failure that a browser or PostgreSQL test could not run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from with_postgres import NoPostgres, binaries, throwaway_cluster

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ("chromium", "chromium-browser")
#: Makes them quicker where there is such a package.
SHELL = "chromium-headless-shell"
#: The tests that use a database; of them those in a browser meet PostgreSQL with --long only.
WITH_DATABASE, IN_BROWSER = ["tests/integration"], ["tests/functional"]
#: Of those, what PostgreSQL cannot answer otherwise than SQLite; --long asks it all the same.
NO_DATABASE = (
    "api_schema", "capture_core", "gather_core", "matching", "misbehaving_sources", "old_ledgers", "public_messages",
    "scan_faults", "settings", "vantage_points", "wheel",
)  # fmt: skip
#: Pages, files and mails over questions that the tests of their actions, the explorer and the walk over all pages
#: (hostile_pages) ask there too.
SAME_QUESTIONS = (
    "accounts", "alerts", "caching", "documents", "doors", "feeds", "issue_story", "issues", "letter_pages", "mirror", "my_day",
    "names_commands", "public_pages", "releases", "requests_contest", "requests_public", "review_pages", "roles", "second_coding", "signoff_pages",
    "watch_pages", "word_desk",
)  # fmt: skip
NOT_AGAIN = [f"--ignore=tests/integration/test_{name}.py" for name in (*NO_DATABASE, *SAME_QUESTIONS)]


def missing_packages() -> list[str]:
    """Debian's packages that the tests need and that are not there."""
    wanted = []
    if not any(shutil.which(name) for name in CHROMIUM):
        wanted.append("chromium")
    if binaries() is None:
        wanted.append("postgresql")
    return wanted


def install(packages: list[str], useful: list[str]) -> None:
    """Install Debian's packages when this user may; say clearly when not. Without the useful ones all goes slower."""
    names = " ".join(packages)
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        if packages:
            print(f"Not installed here: {names}. The tests that need them are skipped (apt install {names}).")
        return
    print(f"Installing for the tests: {' '.join([*packages, *useful])} …", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    apt = ["apt-get", "-qq"]
    if not packages:  # what is only useful is not waited for
        apt += ["-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20"]
    subprocess.run([*apt, "update"], check=False, **quiet)
    apt += ["install", "-y", "--no-install-recommends"]
    if packages and subprocess.run([*apt, *packages], check=False, **quiet).returncode:
        print(f"apt-get could not install {names}; the tests that need them are skipped.")
    for one in useful:
        subprocess.run([*apt, one], check=False, stderr=subprocess.DEVNULL, **quiet)


def pytest(arguments: list[str], environment: dict[str, str]) -> int:
    """Run pytest in parallel; its status."""
    workers = os.environ.get("BAROMETER_TEST_WORKERS", "auto")
    # A file's tests stay with one worker, which has loaded what they need, until the other has nothing to do.
    command = [sys.executable, "-m", "pytest", "-n", workers, "--dist", "worksteal", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode


def marked(which: str) -> list[str]:
    """The option that chooses tests by their marks; none for all."""
    return ["-m", which] if which else []


def main() -> int:
    """The status of the worse of the two runs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    options, rest = parser.parse_known_args()
    required = os.environ.get("BAROMETER_REQUIRE", "").split(",")
    short = "" if options.long else "not long"
    # What is compiled is kept: without it every process of a test compiles Django and the program again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if options.long:
        os.environ["BAROMETER_TEST_LONG"] = "1"  # more examples of each property: tests/tried.py
    missing, useful = missing_packages(), [] if shutil.which(SHELL) else [SHELL]
    if missing or useful:
        install(missing, useful)

    worst = 0
    if options.only != "postgres":
        print("== SQLite", flush=True)
        worst = pytest([*marked(short), *rest], {"DATABASE_URL": ""})
    if options.only != "sqlite":
        print("== PostgreSQL", flush=True)
        try:
            with throwaway_cluster() as url:
                given = any((ROOT / part.partition("::")[0]).exists() for part in rest)
                paths = [] if given else [*WITH_DATABASE, *(IN_BROWSER if options.long else NOT_AGAIN)]
                again = f"{short} and not once" if short else ""
                worst = max(worst, pytest([*marked(again), *rest, *paths], {"DATABASE_URL": url}))
        except NoPostgres as reason:
            print(f"PostgreSQL tests did not run: {reason}")
            worst = max(worst, int("postgres" in required))
    return worst


if __name__ == "__main__":
    sys.exit(main())
