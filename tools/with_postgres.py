"""A PostgreSQL cluster that lives as long as one command: own folder, own port, loopback only.

    with_postgres.py COMMAND …      runs COMMAND with DATABASE_URL set

Started as root it runs as the user `postgres`, for PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

NAME = "barometer"
SERVICE_USER = "postgres"


class NoPostgres(Exception):
    """PostgreSQL cannot be run here; the message says why."""


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, the newest there is; None where PostgreSQL is not installed."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True
    )
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").is_file()), None)


def _user() -> dict[str, str]:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return {"user": SERVICE_USER, "group": SERVICE_USER}
    return {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def throwaway_cluster() -> Iterator[str]:
    """The address of a fresh database; NoPostgres where none can be had."""
    folder = binaries()
    if folder is None:
        raise NoPostgres("it is not installed (Debian: apt install postgresql)")
    home = Path(tempfile.mkdtemp(prefix="barometer-pg-"))
    who = _user()
    if who:
        shutil.chown(home, SERVICE_USER, SERVICE_USER)

    def run(*command: str) -> None:
        done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, **who)  # type: ignore[call-overload]
        if done.returncode:
            raise NoPostgres(f"{Path(command[0]).name}: {(done.stderr or done.stdout).strip()[-300:]}")

    port = _free_port()
    # Nothing in it outlives the command: it need not be safe against a power cut. A killed server still recovers.
    quick = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} {quick}"
    try:
        run(
            str(folder / "initdb"),
            "-D",
            str(home / "data"),
            "-U",
            NAME,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        run(
            str(folder / "pg_ctl"),
            "-D",
            str(home / "data"),
            "-w",
            "-l",
            str(home / "log"),
            "-o",
            options,
            "start",
        )
        try:
            run(str(folder / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", NAME, NAME)
            yield f"postgres://{NAME}@127.0.0.1:{port}/{NAME}"
        finally:
            run(str(folder / "pg_ctl"), "-D", str(home / "data"), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run the command with DATABASE_URL set; its status."""
    if not command:
        sys.exit(__doc__)
    try:
        with throwaway_cluster() as url:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    except NoPostgres as reason:
        print(f"PostgreSQL cannot be run here: {reason}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
