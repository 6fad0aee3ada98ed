"""What the browser tests of the desk share: logging in, and whether a page is well for everyone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tried import LONG

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Of what is well one element is enough.
FAULTS = {"resultTypes": ["violations"]}
EVERY_RULE = FAULTS | {"runOnly": {"type": "tag", "values": STANDARDS}}
#: The only rule that another mode of colours can change.
COLOURS = FAULTS | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
PHONE = 390
#: Scheme → rules; the pages of the site are looked at in the dark in every run, the others in the long one.
BOTH = {"light": EVERY_RULE, "dark": COLOURS}
BY_SCHEME = BOTH if LONG else {"light": EVERY_RULE}
WIDTHS = (320, PHONE, 820, 1920) if LONG else (320, PHONE)


#: What is cut off at the sides: what reaches out of the window and does not lie in a region that scrolls, words that
#: their own box cuts, and regions that scroll sideways without a name or a way for the keyboard.
CUT = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  const rolls = one => ['auto', 'scroll'].includes(getComputedStyle(one).overflowX);
  const above = one => one && one !== document.body ? [one, ...above(one.parentElement)] : [];
  const unseen = one => above(one).some(each => getComputedStyle(each).clipPath !== 'none'
    || getComputedStyle(each).visibility === 'hidden' || each.getBoundingClientRect().right < 0);
  const told = one => one.outerHTML.slice(0, 120);
  for (const one of document.querySelectorAll('body *')) {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    if (!box.width || unseen(one)) continue;
    if ((box.right > wide + 1 || box.left < -1) && !above(one.parentElement).some(rolls)) found.push(told(one));
    if (one.scrollWidth <= one.clientWidth + 1 || style.display === 'inline') continue;
    const named = one.ariaLabel || one.getAttribute('aria-labelledby');
    const field = one.matches('input, textarea, select');  // whoever writes in it moves along it
    if (['hidden', 'clip'].includes(style.overflowX) && !field) found.push(told(one));
    if (rolls(one) && !field && (one.tabIndex < 0 || !named)) found.push(told(one));
  }
  return found;
}"""


def languages(first: str) -> list:
    """That language in every run, the other two in the long one: axe takes seconds a page."""
    others = [one for one in ("en", "ru", "kk") if one != first]
    return [first, *(pytest.param(one, marks=pytest.mark.long) for one in others)]


def editor():
    """Somebody of the desk, whom `log_in` logs in."""
    from barometer.web.accounts.models import User

    return User.objects.create_superuser(
        "editor", first_name="Alma", last_name="Invented", password="long enough, mine"
    )


def log_in(page, address: str) -> None:
    """Come to a page of the desk through its login."""
    page.goto(address)
    page.fill("#id_username", "editor")
    page.fill("#id_password", "long enough, mine")
    page.press("#id_password", "Enter")
    page.wait_for_url(address)


def picture(page, name: str) -> None:
    """For the documentation, where BAROMETER_PICTURES names a folder."""
    if folder := os.environ.get("BAROMETER_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def looks_well(page, axe, path: str = "") -> None:
    """No fault that axe finds, no sideways scrolling, nothing too small for a finger."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for scheme, rules in BY_SCHEME.items():
        page.emulate_media(color_scheme=scheme)
        result = axe.run(page, options=rules).response
        assert result["passes"]
        found = [(fault["id"], fault["nodes"][0]["html"][:150]) for fault in result["violations"]]
        assert not found, (path, found)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        if width == PHONE:
            assert not (cut := page.evaluate(CUT)), (path, cut[:3])
    small = page.evaluate(
        """() => [...document.querySelectorAll('main a, main button, main summary, main input, main select')]
           .map(one => [one.textContent.trim() || one.name, one.closest('label') || one])
           .map(([text, one]) => [text, one.getBoundingClientRect()])
           .filter(([, box]) => box.width && (box.height < 24 || box.width < 24)).map(([text]) => text)"""
    )
    assert not small, (path, small)
