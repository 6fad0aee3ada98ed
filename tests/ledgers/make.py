"""Make the small ledger of this version: make.py NNNN. Refuses to make one again without --again."""

from __future__ import annotations

import lzma
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(number: str, *options: str) -> None:
    """Import the invented bulletin as published into a new ledger and compress its file."""
    folder = HERE / number
    out = folder / "ledger.xz"
    if out.exists() and "--again" not in options:
        sys.exit(f"{out} is there: a landed ledger is never made again")
    files = sorted(path for path in folder.iterdir() if path.suffix in (".txt", ".json"))
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "BAROMETER_HOME": home, "DATABASE_URL": ""}
        command = [
            sys.executable,
            "-m",
            "barometer",
            "import",
            *map(str, files),
            "--as",
            "published",
            "--by",
            "A coder",
        ]
        subprocess.run(command, env=environment, check=True)
        ledger = Path(home) / "ledger.sqlite3"
        connection = sqlite3.connect(ledger)
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
        connection.close()
        out.write_bytes(lzma.compress(ledger.read_bytes(), preset=9))
        (folder / "keys").mkdir(exist_ok=True)
        for name in ("fields", "evidence"):  # of invented words alone: no secret
            shutil.copyfile(Path(home) / "keys" / name, folder / "keys" / name)
    print(f"{out}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
