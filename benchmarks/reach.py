"""Speed and memory of reading OONI's measurements beside `json.loads` of the same lines, and of verdicts and outages.

reach.py [LINES]      100,000 lines of about 2.4 KB by default, made up: five kinds of answer in turn
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from barometer.reach.compare import Usual, verdicts
from barometer.reach.fingerprints import Fingerprint, Fingerprints
from barometer.reach.ooni import read_ooni
from barometer.reach.outages import hours_down, outages
from barometer.reach.values import Measurement, Reach, Vantage

LINES = 100_000
KINDS = (
    {},
    {
        "blocking": "http-failure",
        "http_experiment_failure": "connection_reset",
        "accessible": False,
        "requests": [],
    },
    {
        "blocking": "dns",
        "dns_experiment_failure": "dns_nxdomain_error",
        "accessible": False,
        "requests": None,
    },
    {"control_failure": "generic_timeout_error", "blocking": None, "accessible": None},
    {"blocking": "http-diff", "body_length_match": False, "title_match": False},
)
START = datetime(2031, 1, 1, tzinfo=UTC)


def line(number: int) -> bytes:
    """A measurement of web_connectivity, a page of 2.5 KB in it."""
    site = f"https://site-{number % 500}.example/"
    keys = {
        "queries": [{"engine": "system", "answers": [{"answer_type": "A", "ipv4": "93.184.216.34"}], "failure": None}],
        "tcp_connect": [{"ip": "93.184.216.34", "port": 443, "status": {"success": True, "failure": None}}],
        "tls_handshakes": [{"failure": None, "server_name": f"site-{number % 500}.example"}],
        "requests": [
            {
                "failure": None,
                "request": {"url": site, "method": "GET", "headers": {"Accept": "text/html", "User-Agent": "Mozilla/5.0"}},
                "response": {"code": 200, "body": f"<p>Page {number} says nothing new.</p>" * 70, "headers": {"Server": "x"}},
            }
        ],
        "control": {"dns": {"addrs": ["93.184.216.34"]}, "http_request": {"status_code": 200, "failure": None}},
        "control_failure": None, "dns_experiment_failure": None, "http_experiment_failure": None,
        "body_length_match": True, "title_match": True, "status_code_match": True, "accessible": True, "blocking": False,
    }  # fmt: skip
    told = {
        "test_name": "web_connectivity", "test_version": "0.4.3", "input": site, "probe_cc": "KZ",
        "probe_asn": f"AS{64500 + number % 7}", "report_id": f"report-{number}",
        "measurement_start_time": f"{START + timedelta(seconds=number):%Y-%m-%d %H:%M:%S}",
        "test_keys": keys | KINDS[number % len(KINDS)],
    }  # fmt: skip
    return json.dumps(told).encode() + b"\n"


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def compare(lines: int = LINES) -> None:
    """Print it."""
    # Words that are in no page: the walk over a page costs the same whether or not it finds something.
    known = Fingerprints(
        tuple(Fingerprint(f"own-{n}", "body", "contains", f"closed by order {n}", "nat") for n in range(1500))
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "measurements.jsonl"
        with path.open("wb") as stream:
            for number in range(lines):
                stream.write(line(number))
        size = path.stat().st_size / 1e6

        def parse() -> None:
            with path.open("rb") as stream:
                for each in stream:
                    json.loads(each)

        def read(fingerprints: Fingerprints | None) -> Counter[str]:
            return Counter(each.rule for each in read_ooni(path, path.name, fingerprints))

        least = timed(parse)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"\n{f'measurements of OONI, {lines:,} lines, {size:.0f} MB':44}{'a second':>10}{'ratio':>10}")
        print(f"{'json.loads of each line':44}{lines / least:>10,.0f}{1:>10.2f}")
        for what, fingerprints in (("read", None), ("read, 1,500 block pages looked for", known)):
            seconds = timed(lambda fingerprints=fingerprints: read(fingerprints))
            print(f"{what:44}{lines / seconds:>10,.0f}{seconds / least:>10.2f}")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
        print(f"(more memory than parsing line by line: {grown:.0f} MB)")
    quarter(90)


def quarter(days: int) -> None:
    """Verdicts and outages of one site that three witnesses and a control look at every ten minutes."""
    points = [Vantage(f"w{n}", "KZ", f"AS{n}") for n in range(3)] + [Vantage("c", "NL", "AS9", control=True)]
    looks = [
        Measurement(
            "https://news.example/",
            START + timedelta(minutes=10 * step),
            point,
            Reach.OK if point.control or step // 144 % 9 else Reach.BLOCKED_LIKELY,
            "probe.x",
        )
        for step in range(144 * days)
        for point in points
    ]
    told: list[object] = []

    def work() -> None:
        said = verdicts(looks, "KZ", known=Usual(0.01, 14, 1000))
        told.append(hours_down(outages(said), START, START + timedelta(days=days)))

    seconds = timed(work)
    print(
        f"{f'{days} days of a site, {len(looks):,} looks':44}{len(looks) / seconds:>10,.0f}   looks, {seconds:.2f} s"
    )


if __name__ == "__main__":
    compare(int(sys.argv[1]) if len(sys.argv) > 1 else LINES)
