"""What runs in a network namespace: `serve` plays the world, `look` is the probe of one vantage.

vantage.py serve FOLDER             sites and name servers on the addresses below; prints "ready"
vantage.py look FOLDER NAMES        one look at the site; prints the measurement as JSON
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

SITE, ALWAYS = "10.77.0.1", "10.77.0.2"
TRUE, DENIES, SINKS = "10.77.0.53", "10.77.0.54", "10.77.0.55"
ADDRESSES = (SITE, ALWAYS, TRUE, DENIES, SINKS)
PORT = 8443


def serve(folder: Path) -> None:
    import trustme
    from fakes.names import NXDOMAIN, Names
    from fakes.servers import Site, page

    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    truth = {"news.example": [SITE], "always.example": [ALWAYS]}
    with ExitStack() as stack:
        for name, (address,) in truth.items():
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(name).configure_cert(tls)
            stack.enter_context(Site({"/": page(b"<title>News</title>well")}, tls, address, PORT))
        for server, lie in ((TRUE, [SITE]), (DENIES, NXDOMAIN), (SINKS, ["0.0.0.0"])):
            stack.enter_context(Names(truth | {"news.example": lie}, server, 53))
        print("ready", flush=True)
        time.sleep(600)


def look(folder: Path, names: str) -> None:
    from barometer.fetching import Allowance
    from barometer.reach import probe
    from barometer.reach.classify import measurement
    from barometer.reach.values import Vantage

    settings = probe.ProbeSettings(
        system=(names,),
        resolvers=(f"{TRUE}:53",),
        controls=probe.Controls([f"https://always.example:{PORT}/"]),
        stage=3,
        ask=3,
        pause=0.1,
        allowances=(
            Allowance("reach", (f"news.example:{PORT}", f"always.example:{PORT}")),
            Allowance("resolver", (f"{TRUE}:53",)),
        ),
        trust=ssl.create_default_context(cafile=folder / "authority.pem"),
    )
    seen = asyncio.run(probe.look(f"https://news.example:{PORT}/", settings))
    one = measurement(seen, Vantage(names), ())
    print(json.dumps({"state": one.state, "rule": one.rule, "detail": one.detail}))


if __name__ == "__main__":
    {"serve": serve, "look": look}[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
