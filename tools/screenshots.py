"""Pictures of the site for the README: a base address and a folder in, six PNG files out.

    screenshots.py http://127.0.0.1:8000 docs/images [--language en|ru|kk]

home, events, event, case, calendar at 1280 px and phone at 390 px; each is made smaller until it is under 300 kB. The event
and the case are the ones with the most to show. Needs Debian's chromium.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, sync_playwright

LARGEST = 300_000
DESK, PHONE = (1280, 1000), (390, 844)
SCALES = (2.0, 1.5, 1.25, 1.0, 0.75)


def chromium() -> str:
    """Debian's browser; exits with one clear line where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        sys.exit("There is no chromium: install it (Debian: apt install chromium).")
    return path


def richest_case(page: Page, base: str) -> str:
    """The address of the case of the first page that has the most parts, then the most events."""
    page.goto(urljoin(base, "cases/"))
    addresses = page.eval_on_selector_all(".case-list h2 a", "all => all.map(one => one.href)")
    richness = {}
    for address in addresses:
        page.goto(address)
        richness[address] = page.locator(".part").count(), page.locator(".step").count()
    return max(richness, key=lambda address: richness[address], default=urljoin(base, "cases/"))


def richest_event(page: Page, case: str) -> str:
    """The address of the case's event whose page says the most."""
    page.goto(case)
    addresses = page.eval_on_selector_all(".timeline .card-title a", "all => all.map(one => one.href)")
    lengths = {}
    for address in addresses[:8]:
        page.goto(address)
        lengths[address] = len(page.locator("main").inner_text())
    return max(lengths, key=lambda address: lengths[address]) if lengths else case


def picture(browser: Browser, address: str, size: tuple[int, int], file: Path) -> int:
    """The first view of a page, as sharp as the limit allows; its size in bytes."""
    content = b""
    for scale in SCALES:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, device_scale_factor=scale, color_scheme="light"
        )
        page = context.new_page()
        page.goto(address)
        content = page.screenshot(type="png")
        context.close()
        if len(content) < LARGEST:
            break
    file.write_bytes(content)
    return len(content)


def main() -> None:
    """Make the six pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("base", help="the running site, such as http://127.0.0.1:8000")
    parser.add_argument("out", type=Path)
    parser.add_argument("--language", choices=["en", "ru", "kk"], default="en")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    base = f"{options.base.rstrip('/')}/{options.language}/"
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"] if root else []
        )
        page = browser.new_page()
        case = richest_case(page, base)
        views = {
            "home": (base, DESK),
            "events": (urljoin(base, "events/?section=2&section=3"), DESK),
            "event": (richest_event(page, case), DESK),
            "case": (case, DESK),
            "calendar": (urljoin(base, "calendar/"), DESK),
            "phone": (base, PHONE),
        }
        for name, (address, size) in views.items():
            file = options.out / f"{name}.png"
            print(f"{file}: {picture(browser, address, size, file):,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
