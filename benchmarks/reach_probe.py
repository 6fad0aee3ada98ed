"""What watching costs: the processor's seconds of one round over many sites, as a share of a core.

    reach_probe.py [SITES [SECONDS]]      500 sites, each by https with a certificate of its own, a round in 600 seconds

The sites and three name servers (the system's and two to compare) live in another process of this machine; every look
asks all three for both kinds of address, and checks a real chain. One site takes the line and never answers. Prints the
figures; ends with 1 if the share is more than a tenth of a core.
"""

from __future__ import annotations

import asyncio
import json
import resource
import ssl
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

MOST = 0.10
HANGS = "site0.example"


async def serve(count: int, folder: Path) -> None:
    """The other process: sites by name on one port, name servers on three."""
    import trustme
    from fakes.names import Names

    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    contexts = {}
    for number in range(count):
        contexts[f"site{number}.example"] = context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(f"site{number}.example").configure_cert(context)

    def chosen(tls: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        tls.context = contexts[name or HANGS]

    body = b"<title>News</title>" + b"<p>Nothing of note.</p>" * 1000

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if HANGS.encode() in head:
            await asyncio.sleep(3600)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body))
        writer.write(body)
        await writer.drain()
        writer.close()

    front = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    front.sni_callback = chosen
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=front, backlog=count)
    zone = {name: ["127.0.0.1"] for name in contexts}
    with Names(zone) as one, Names(zone) as two, Names(zone) as three:
        places = [names.place for names in (one, two, three)]
        print(json.dumps({"port": server.sockets[0].getsockname()[1], "names": places}), flush=True)
        await asyncio.sleep(3600)


async def round_of(
    sites: list[str], port: int, names: list[str], authority: str
) -> tuple[Counter[str], list[float]]:
    """One round as fast as it goes; the rules that were given, and the second at which each site was done."""
    from barometer.countries.blocking import marks
    from barometer.fetching import Allowance
    from barometer.reach.classify import classify
    from barometer.reach.probe import ProbeSettings, look
    from barometer.reach.rounds import run

    settings = ProbeSettings(
        system=(names[0],),
        resolvers=tuple(names[1:]),
        allowances=(
            Allowance("reach", tuple(f"{site}:{port}" for site in sites)),
            Allowance("resolver", tuple(names[1:])),
        ),
        trust=ssl.create_default_context(cafile=authority),
        plain=(),
    )
    rules: Counter[str] = Counter()
    done: list[float] = []
    began = time.perf_counter()

    def keep(site, seen) -> None:
        rules[classify(seen, marks())[1] if seen else "nothing"] += 1
        done.append(time.perf_counter() - began)

    await run(
        lambda: sites,
        0,
        lambda site: look(f"https://{site}:{port}/", settings),
        keep,
        asyncio.Event(),
        most=32,
    )
    return rules, done


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["serve"]:
        asyncio.run(serve(int(arguments[1]), Path(arguments[2])))
        return 0
    count, every = (int(value) for value in [*arguments, *("500", "600")[len(arguments) :]])
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "serve", str(count), folder]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            there = json.loads(server.stdout.readline())
            authority = f"{folder}/authority.pem"
            sites = [f"site{number}.example" for number in range(count)]
            asyncio.run(round_of(sites[1:2], there["port"], there["names"], authority))  # what is loaded once
            before, began = time.process_time(), time.perf_counter()
            rules, done = asyncio.run(round_of(sites, there["port"], there["names"], authority))
            spent, took = time.process_time() - before, time.perf_counter() - began
        finally:
            server.terminate()
            server.wait()
    share = spent / every
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count} sites, 6 questions of names, a handshake and a page each: {dict(rules)}")
    print(f"all but the hanging one done after {sorted(done)[-2]:.1f} s, the hanging one after {took:.1f} s")
    print(f"{spent:.2f} s of a processor, {1000 * spent / count:.1f} ms a site; {memory:.0f} MB at most")
    print(f"every {every} s: {100 * share:.2f} % of a core (at most {100 * MOST:.0f} %)")
    return int(share > MOST)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
