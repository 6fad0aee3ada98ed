"""An issue as bytes: everything that it prints in all languages, the same bytes for the same issue, and back again.

The digest of these bytes is what people approve, and what a frozen issue was rendered from. Notes and grounds of events
are for the desk and are left out.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

from barometer import __version__
from barometer.codebook import Event
from barometer.errors import Unreadable
from barometer.publication.values import InForce, IssueIn, SectionIn, StoryIn

FORM = 1
_NOT_PRINTED = {"note", "grounds"}


def pack(issue: IssueIn) -> bytes:
    """The issue as JSON in one line, keys in order, with the version of this software."""
    whole = {"form": FORM, "software": __version__, "issue": _plain(issue)}
    return (json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode(
        "utf-8", "surrogatepass"
    )


def digest(packed: bytes) -> str:
    """The SHA-256 of a packed issue."""
    return hashlib.sha256(packed).hexdigest()


def software_of(packed: bytes) -> str:
    """The version of the software that packed it."""
    return str(_loaded(packed)["software"])


def unpack(packed: bytes) -> IssueIn:
    """The issue that was packed; Unreadable for anything else."""
    whole = _loaded(packed)
    if whole.get("form") != FORM:
        raise Unreadable(
            f"a snapshot of form {whole.get('form')!r} is not of this version",
            next_step="update this software",
        )
    told = whole["issue"]
    return IssueIn(
        **told
        | {
            "sections": tuple(
                SectionIn(one["number"], one["titles"], one["intros"]) for one in told["sections"]
            ),
            "stories": tuple(map(_story, told["stories"])),
            "measures": tuple(InForce(**one) for one in told["measures"]),
            "machine_in": {part: frozenset(languages) for part, languages in told["machine_in"].items()},
        }
    )


def _loaded(packed: bytes) -> dict[str, Any]:
    try:
        found = json.loads(packed.decode("utf-8", "surrogatepass"))
    except ValueError:
        raise Unreadable("this is no snapshot of an issue") from None
    if not isinstance(found, dict):
        raise Unreadable("this is no snapshot of an issue")
    return found


def _plain(issue: IssueIn) -> dict[str, Any]:
    stories = [
        asdict(replace(story, events=()))
        | {
            "events": [
                event.model_dump(mode="json", exclude_unset=True, exclude=_NOT_PRINTED)
                for event in story.events
            ],
            "again": sorted(story.again),
            "machine_in": sorted(story.machine_in),
        }
        for story in issue.stories
    ]
    machine_in = {part: sorted(languages) for part, languages in issue.machine_in.items()}
    return asdict(replace(issue, stories=(), machine_in={})) | {"stories": stories, "machine_in": machine_in}


def _story(told: dict[str, Any]) -> StoryIn:
    links = ((start, end, address) for start, end, address in told["links"])
    return StoryIn(
        **told
        | {
            "links": tuple(links),
            "event_ids": tuple(told["event_ids"]),
            "events": tuple(map(Event.model_validate, told["events"])),
            "again": frozenset(told["again"]),
            "machine_in": frozenset(told["machine_in"]),
        }
    )
