"""A language model as an optional helper of the reader: it proposes, every value with the words it rests on.

Off unless the caller hands in `Settings`. One interface: any address that speaks the chat completions of OpenAI. A text
goes there as data, what comes back is checked value by value, and what does not rest on words of the text is dropped.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import math
import os
import re
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from barometer.codebook import LANGUAGES, Actor, Event, EventDate, Ground, Target, Upcoming, codebook
from barometer.codebook.paths import in_words, printable, shown
from barometer.codebook.values import PROVISION, FrozenDict
from barometer.countries import country
from barometer.errors import (
    BarometerError,
    FetchFailed,
    FetchRefused,
    NotAllowed,
    NotReady,
    TooLarge,
    UnknownValue,
    Unreadable,
    counted,
)
from barometer.fetching import Allowance, Door, Fetched, Limits, system_resolver
from barometer.names.keys import key

PROMPT = "v1"
#: A text is a story, not a book: what goes beyond is not sent.
LONGEST = 20_000
#: Bytes of an answer.
MAX_ANSWER = 1 << 20
#: Nothing that a model says about itself is believed: all its values are as sure as this.
CONFIDENCE = 0.5
TIMEOUT = 60.0
#: Events of one answer, and values of one list of an event.
MOST = 20
#: Seconds between two attempts, at most.
LONGEST_PAUSE = 30.0

Log = Callable[[Mapping[str, object]], None] | Path
Span = tuple[int, int]
_PURPOSE = "model"
_URL, _MODEL, _KEY, _TIMEOUT = (f"BAROMETER_LLM_{name}" for name in ("URL", "MODEL", "KEY", "TIMEOUT"))


# --- settings -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Settings:
    """Which model is asked, and how. UnknownValue for a value that cannot be used; none of them is shown then.

    `url` is the base address, such as http://127.0.0.1:8080/v1. `timeout` is in seconds: for connecting, and then for
    the answer as a whole. `retries` follow on 429, 5xx and a timeout only, after `pause` seconds, then twice as many.
    `log` gets one row a call: a callback, or a file of JSON lines.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = TIMEOUT
    retries: int = 2
    pause: float = 1.0
    log: Log | None = None

    def __post_init__(self) -> None:
        _check_address(self.url)
        if not self.model.strip() or len(self.model) > 200 or not self.model.isprintable():
            raise UnknownValue(
                "no model is named", place=_MODEL, next_step="set it to a name that the server knows"
            )
        if not re.fullmatch(r"[!-~]*", self.key):
            raise UnknownValue(
                "the key has signs that no key has", place=_KEY, next_step="copy it again, on one line"
            )
        if not (math.isfinite(self.timeout) and 0 < self.timeout <= 3600):
            raise UnknownValue(
                "it is no number of seconds up to 3600", place=_TIMEOUT, next_step="set it like 60"
            )
        if not 0 <= self.retries <= 5 or not 0 <= self.pause <= LONGEST_PAUSE:
            raise UnknownValue(f"not up to 5 retries, or not up to {LONGEST_PAUSE:g} seconds between them")

    @property
    def address(self) -> str:
        """The server, for messages: scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def settings_from(environ: Mapping[str, str], log: Log | None = None) -> Settings | None:
    """The settings of BAROMETER_LLM_URL, _MODEL, _KEY and _TIMEOUT; None where no URL is set: no helper."""
    url = environ.get(_URL, "").strip()
    if not url:
        return None
    given = environ.get(_TIMEOUT, "").strip()
    try:
        timeout = float(given) if given else TIMEOUT
    except ValueError:
        timeout = math.nan
    model, secret = environ.get(_MODEL, "").strip(), environ.get(_KEY, "").strip()
    return Settings(url, model, secret, timeout, log=log)


def _check_address(url: str) -> None:
    """UnknownValue unless it is http or https with a host, and neither a password nor a query."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not re.fullmatch(r"[!-~]+", url) or {*"@?#\\"} & {*url}:
        raise UnknownValue(
            "it is not the plain address of a server",
            place=_URL,
            next_step="set it like http://127.0.0.1:8080/v1",
        )


# --- what comes back ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """What the model proposes for one text: events, why values were dropped, the tokens used (None: not told).

    The spans of the grounds count in the text that was handed in.
    """

    events: tuple[Event, ...] = ()
    dropped: tuple[str, ...] = ()
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


def propose(
    text: str, language: str, settings: Settings, protected: bool = False, *, period: str | None = None
) -> Proposal:
    """Ask the model what events the text tells. An answer that cannot be used is a proposal without events.

    `period` is the month, quarter or day that the text is told under: 2026-01, 2026Q1, 2026-01-15. NotAllowed where
    the text may not go to that address (nothing is connected to then) or the key is not accepted; NotReady, TooLarge
    or Unreadable where the server gives no answer.
    """
    if language not in LANGUAGES:
        raise UnknownValue(
            f"{shown(language)} is no language here", next_step=f"one of {', '.join(LANGUAGES)}"
        )
    here = _addresses_here(settings, protected)
    if not text.strip():
        return Proposal()
    _check_log(settings.log)
    began, outcome = time.monotonic(), "stopped"
    usage: tuple[int | None, int | None] = (None, None)
    try:
        body = _request(text[:LONGEST], language, settings, period)
        document = _json_of(_ask(settings, here, body), settings)
        usage = _usage(document)
        proposal = _proposal(document, text, settings, period, usage)
        outcome = counted(len(proposal.events), "event") + f", {len(proposal.dropped)} dropped"
    except BarometerError as error:
        outcome = error.message
        raise
    finally:
        _write_log(
            settings.log,
            {
                "time": datetime.now(UTC).isoformat(timespec="seconds"),
                "model": settings.model,
                "prompt": PROMPT,
                "text_sha256": _digest(text),
                "prompt_tokens": usage[0],
                "completion_tokens": usage[1],
                "seconds": round(time.monotonic() - began, 3),
                "outcome": outcome,
            },
        )
    return proposal


def _proposal(
    document: Any, text: str, settings: Settings, period: str | None, usage: tuple[int | None, int | None]
) -> Proposal:
    check = _Check(text[:LONGEST], _digest(text), settings, period)
    try:
        events = check.events(_content(document))
    except _Dropped as reason:
        check.dropped.append(reason.told)
        events = ()
    if len(text) > LONGEST:
        check.dropped.append(f"what goes beyond {LONGEST:,} characters was not sent")
    return Proposal(events, tuple(check.masked(line) for line in check.dropped), *usage)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# --- what is asked ------------------------------------------------------------------------------------------------


@cache
def _prompt() -> dict[str, Any]:
    """The prompt of this version with the codebook's lists in it."""
    with (resources.files("barometer.reading") / "data" / "prompts" / f"{PROMPT}.toml").open("rb") as stream:
        prompt = tomllib.load(stream)
    book = codebook()
    lists: dict[str, Mapping[str, str]] = {
        name: {code: term.definition for code, term in getattr(book, name).items()}
        for name in ("kinds", "types", "target_types", "actor_types", "actor_roles")
    }
    lists["laws"] = {code: law.title["en"] for code, law in country().laws.items()}
    for name, rows in lists.items():
        lines = "\n".join(f"- {code}: {words}" for code, words in rows.items())
        prompt["system"] = prompt["system"].replace(f"{{{name}}}", lines)
    return prompt


@cache
def _schema() -> dict[str, Any]:
    """The form of an answer, as JSON Schema: every value beside its quote."""
    book = codebook()
    text = {"type": "string"}

    def thing(**properties: Any) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }

    def one_of(codes: Iterable[str]) -> dict[str, Any]:
        return {"type": "string", "enum": list(codes)}

    def some(item: dict[str, Any]) -> dict[str, Any]:
        return {"type": "array", "items": item}

    truth = thing(value={"type": "boolean"}, quote=text)
    event = thing(
        kind=thing(value=one_of(book.kinds), quote=text),
        types=some(thing(value=one_of(book.types), quote=text)),
        date={"anyOf": [thing(value=text, quote=text), {"type": "null"}]},
        targets=some(thing(name=text, type=one_of(book.target_types), quote=text)),
        actors=some(
            thing(name=text, type=one_of(book.actor_types), role=one_of(book.actor_roles), quote=text)
        ),
        provisions=some(thing(value=text, quote=text)),
        background=truth,
        alleged=truth,
        upcoming=some(thing(value=text, quote=text)),
    )
    return thing(events=some(event))


def _request(text: str, language: str, settings: Settings, period: str | None) -> bytes:
    """The body of the request: the text inside a JSON object of its own, no tools."""
    data = json.dumps({"language": language, "period": period, "text": text}, ensure_ascii=False)
    # Some servers read marks such as <|im_end|> or [INST] anywhere as the end of a message.
    data = data.replace("<", "\\u003c").replace("[", "\\u005b")
    prompt = _prompt()
    return json.dumps(
        {
            "model": settings.model,
            "messages": [
                {"role": "system", "content": prompt["system"]},
                {"role": "user", "content": data},
            ],
            "temperature": prompt["temperature"],
            "max_tokens": prompt["max_tokens"],
            "stream": False,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "events", "strict": True, "schema": _schema()},
            },
        }
    ).encode()


# --- the line -----------------------------------------------------------------------------------------------------


def _addresses_here(settings: Settings, protected: bool) -> list[str]:
    """The addresses of this machine that the server's name stands for; none where it is elsewhere.

    NotAllowed where it is elsewhere and the text may not go there.
    """
    parts = urlsplit(settings.url)
    if here := _loopback(parts.hostname or ""):
        return here
    if protected:
        raise NotAllowed(
            f"protected text does not leave this machine, and {settings.address} is elsewhere",
            place=_URL,
            next_step="run a model on this machine and set it like http://127.0.0.1:8080/v1, or code by hand",
        )
    if parts.scheme == "http":
        raise NotAllowed(
            f"{settings.address} is another machine, and plain http would show the text and the key on the way",
            place=_URL,
            next_step="use https, or a model on this machine",
        )
    return []


def _loopback(host: str) -> list[str]:
    """127.0.0.0/8, ::1, or what `localhost` stands for where that is nothing else; any other name is elsewhere."""
    found = [host]
    if host == "localhost":
        with suppress(OSError):
            found = system_resolver(host, 0)
    return found if found and all(_is_here(one) for one in found) else []


def _is_here(number: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(number).is_loopback
    return False


def _ask(settings: Settings, here: list[str], body: bytes) -> bytes:
    """The body of the answer; again on 429, 5xx and a timeout, and for nothing else."""
    door = _door(settings, here)
    for attempt in range(settings.retries + 1):
        last = attempt == settings.retries
        pause = settings.pause * 2**attempt
        try:
            answer = door.send(
                "POST",
                _endpoint(settings),
                content=body,
                purpose=_PURPOSE,
                headers=_headers(settings),
                limits=Limits(bytes=MAX_ANSWER, seconds=settings.timeout, connect_seconds=settings.timeout),
            )
        except FetchFailed as error:
            if error.kind != "timeout" or last:
                raise _failure(error, settings, attempt + 1) from None
        except FetchRefused as error:
            raise NotReady(
                f"{settings.address} is not asked: {error.why}", place=_URL, next_step="correct it"
            ) from None
        else:
            if last or not (answer.status == 429 or answer.status >= 500):
                return _whole(answer, settings)
            told = answer.header("retry-after")
            pause = max(pause, float(told) if re.fullmatch("[0-9]{1,6}", told) else 0)
        time.sleep(min(pause, LONGEST_PAUSE))
    raise AssertionError("no attempt was the last")


def _door(settings: Settings, here: list[str]) -> Door:
    """The door, with leave for the server that the settings name; a name of this machine is not looked up again."""
    parts = urlsplit(settings.url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    place = f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
    try:
        leave = Allowance(_PURPOSE, (place,))
    except (ValueError, FetchRefused):
        raise NotReady(
            f"{settings.address} cannot be reached: this is no name of a machine",
            place=_URL,
            next_step="correct it",
        ) from None
    return Door(
        allowances=[leave], resolver=(lambda *_: here) if here else system_resolver, agent="press-barometer"
    )


def _failure(error: FetchFailed, settings: Settings, times: int) -> BarometerError:
    where = settings.address
    if error.kind == "timeout":
        return NotReady(
            f"{where} did not answer within {settings.timeout:g} s, asked {counted(times, 'time')}",
            next_step=f"set {_TIMEOUT} higher, or use a smaller model",
        )
    if error.kind == "too large":
        return TooLarge(
            f"the answer of {where} is larger than 1 MiB", next_step="use another model or server"
        )
    if error.kind in ("dns", "connect", "tls"):
        return NotReady(
            f"{where} cannot be reached: {printable(error.why)}",
            next_step=f"start the server, correct {_URL}, or unset it to read without a model",
        )
    return Unreadable(
        f"the answer of {where} is cut off, or is no HTTP", next_step="look at the server's own log"
    )


def _whole(answer: Fetched, settings: Settings) -> bytes:
    """The body of a good answer; a BarometerError says what is wrong with any other."""
    if answer.status != 200:
        raise _refusal(answer.status, settings)
    if answer.media_type != "application/json":
        raise Unreadable(
            f"{settings.address} does not answer with JSON",
            next_step=f"correct {_URL}: the path often ends with /v1",
        )
    return answer.body


def _endpoint(settings: Settings) -> str:
    url = settings.url.rstrip("/")
    return url if url.endswith("/chat/completions") else f"{url}/chat/completions"


def _headers(settings: Settings) -> dict[str, str]:
    headers = {"content-type": "application/json", "accept": "application/json"}
    return headers | ({"authorization": f"Bearer {settings.key}"} if settings.key else {})


def _refusal(status: int, settings: Settings) -> BarometerError:
    where = settings.address
    if status in (401, 403):
        return NotAllowed(
            f"{where} does not accept the key (status {status})", place=_KEY, next_step="correct it"
        )
    if 300 <= status < 400:
        return NotReady(
            f"{where} sends elsewhere (status {status}), and that is not followed",
            place=_URL,
            next_step="set it to the address where the server really is",
        )
    if status == 404:
        return NotReady(
            f"{where} has no chat completions there, or not this model (status 404)",
            place=_URL,
            next_step=f"correct it (the path often ends with /v1) or {_MODEL}",
        )
    if status == 429:
        return NotReady(f"{where} takes no more requests for now (status 429)", next_step="try again later")
    if status >= 500:
        return NotReady(f"{where} is at fault (status {status})", next_step="look at the server's own log")
    return NotReady(
        f"{where} does not take the request (status {status})",
        next_step="look at the server's own log; it must take response_format json_schema",
    )


# --- from bytes to an answer --------------------------------------------------------------------------------------

_FENCED = re.compile(r"```[a-zA-Z]*\s*\n(.*?)\n?\s*```", re.DOTALL)
_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)


class _Dropped(Exception):
    """A value that is not taken: `told` is where it stood and why."""

    def __init__(self, place: str, why: str) -> None:
        self.told = f"{place}: {why}"
        super().__init__(self.told)


def _json_of(body: bytes, settings: Settings) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable(
            f"{settings.address} answers with what is no JSON", next_step="look at the server's own log"
        ) from None


def _usage(document: Any) -> tuple[int | None, int | None]:
    usage = document.get("usage") if isinstance(document, dict) else None
    told = usage if isinstance(usage, dict) else {}

    def number(name: str) -> int | None:
        value = told.get(name)
        good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9
        return value if good else None

    return number("prompt_tokens"), number("completion_tokens")


def _content(document: Any) -> Any:
    """What the model said, as JSON; _Dropped where it said nothing whole."""
    choices = document.get("choices") if isinstance(document, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, dict) else None
    if not isinstance(first, dict) or not isinstance(message, dict):
        raise _Dropped("the answer", "it holds no choice with a message")
    if first.get("finish_reason") == "length":
        raise _Dropped("the answer", "the model was cut off before the end")
    if first.get("finish_reason") == "content_filter":
        raise _Dropped("the answer", "a filter of the server held it back")
    content = message.get("content")
    if message.get("refusal") and not content:
        raise _Dropped("the answer", "the model declined")
    if message.get("tool_calls") and not content:
        raise _Dropped("the answer", "the model asked for a tool, and there are none")
    if not isinstance(content, str) or not content.strip():
        raise _Dropped("the answer", "it is empty")
    plain = _THOUGHT.sub("", content, count=1).strip()
    fenced = _FENCED.fullmatch(plain)
    try:
        return json.loads(fenced[1] if fenced else plain)
    except (ValueError, RecursionError):
        raise _Dropped("the answer", "what the model said is no JSON") from None


# --- from an answer to events -------------------------------------------------------------------------------------

_MARKS = dict.fromkeys("\"'“”„‟«»″‘’‚‛ʼ`´′‹›", "'")
_NO_WIDTH = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
#: A quote has at least so many letters or figures, and at most so many signs.
_SHORTEST, _LONGEST_QUOTE = 3, 600
_LONGEST_NAME = 150
#: A local server often wants any word as a key: a shorter one keeps no secret.
_SHORTEST_SECRET = 8


class _Words:
    """A text in which quotes are found again, whatever their white space and quotation marks."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded, self.places = _folded(text)

    def find(self, quote: object) -> Span | None:
        """Where the quote first stands, from the beginning of a word; None where it does not."""
        words = _folded(quote)[0].strip(" '") if isinstance(quote, str) else ""
        if sum(sign.isalnum() for sign in words) < _SHORTEST or len(words) > _LONGEST_QUOTE:
            return None
        at = self.folded.find(words)
        while at > 0 and words[0].isalnum() and self.folded[at - 1].isalnum():
            at = self.folded.find(words, at + 1)
        return None if at < 0 else (self.places[at], self.places[at + len(words) - 1] + 1)

    def at(self, span: Span) -> str:
        """The words of the text itself, on one line."""
        return " ".join(self.text[span[0] : span[1]].split())


def _folded(text: str) -> tuple[str, list[int]]:
    """The text with one kind of space and of quotation mark, and the place of each of its signs."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        one = " " if sign.isspace() else _MARKS.get(sign, sign)
        if sign in _NO_WIDTH or (one == " " and signs and signs[-1] == " "):
            continue
        signs.append(one)
        places.append(place)
    return "".join(signs), places


class _Check:
    """An answer taken apart: each value by the codebook and by its quote; `dropped` says what was not taken."""

    def __init__(self, text: str, digest: str, settings: Settings, period: str | None) -> None:
        self.words = _Words(text)
        self.digest, self.settings = digest, settings
        self.years = _years(text, period)
        self.dropped: list[str] = []
        self.prefix = ""

    def masked(self, line: str) -> str:
        """The line without the key, wherever it came from."""
        secret = self.settings.key
        return line.replace(secret, "…") if len(secret) >= _SHORTEST_SECRET else line

    def shown(self, value: object) -> str:
        """A value of the answer on one short line."""
        return in_words(self.masked(value) if isinstance(value, str) else value)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """What is dropped inside is noted, and the rest goes on."""
        try:
            yield
        except _Dropped as reason:
            self.dropped.append(f"{self.prefix}{reason.told}")

    def events(self, document: Any) -> tuple[Event, ...]:
        """The events of the answer that hold."""
        if not isinstance(document, dict) or not isinstance(document.get("events"), list):
            raise _Dropped("the answer", "it is no object with a list of events")
        found = []
        rows = self.rows(document, "events")
        for number, row in enumerate(rows, 1):
            self.prefix = f"event {number}: "
            with self.taken():
                found.append(self.event(row))
        self.prefix = ""
        return tuple(found)

    def rows(self, row: dict[str, Any], name: str) -> list[Any]:
        """A list of the answer, so far as it is read."""
        rows = row.get(name)
        if not isinstance(rows, list):
            if rows is not None:
                self.dropped.append(f"{self.prefix}{name}: it is no list")
            return []
        if len(rows) > MOST:
            self.dropped.append(f"{self.prefix}{name}: {len(rows) - MOST} of {len(rows)} are too many")
        return rows[:MOST]

    def event(self, row: Any) -> Event:
        """One event. It falls as a whole with its kind, its main type, or a claim or a past that no words show:
        without those it would say something else."""
        if not isinstance(row, dict):
            raise _Dropped("it", "it is no object")
        book, grounds = codebook(), dict[str, Ground]()
        kind, grounds["kind"] = self.code("kind", row.get("kind"), "value", book.kinds)
        values: dict[str, Any] = {"kind": kind, "types": self.types(row, grounds)}
        if kind == "relief":
            values["phase"] = "ended"
        for name in ("background", "alleged"):
            values[name] = self.flag(name, row.get(name), grounds)
        if row.get("date") is not None:
            with self.taken():
                values["date"], span = self.date("date", row["date"])
                values["date_text"] = self.words.at(span)[:300]
                grounds["date"] = self.ground(span)
        values["targets"] = self.several(row, "targets", ".name", self.target, grounds)
        values["actors"] = self.several(row, "actors", ".name", self.actor, grounds)
        values["provisions"] = self.several(row, "provisions", "", self.provision, grounds)
        values["upcoming"] = self.several(row, "upcoming", ".date", self.upcoming, grounds) or None
        values["made_by"] = FrozenDict(kind="ai", model=self.settings.model, prompt=PROMPT)
        try:
            return Event(**values, grounds=grounds)
        except ValidationError as error:
            raise _Dropped("it", self.masked(_first_of(error))) from None

    def types(self, row: dict[str, Any], grounds: dict[str, Ground]) -> tuple[str, ...]:
        """The codes of the types, each once; the event falls with the first."""
        rows = self.rows(row, "types")
        types: list[str] = []
        for number, one in enumerate(rows or [None]):
            try:
                code, ground = self.code(f"types.{number}", one, "value", codebook().types)
            except _Dropped as reason:
                if not types:
                    raise
                self.dropped.append(f"{self.prefix}{reason.told}")
                continue
            if code not in types:
                grounds[f"types.{len(types)}"] = ground
                types.append(code)
        return tuple(types)

    def several(
        self,
        row: dict[str, Any],
        name: str,
        part: str,
        one: Callable[[str, Any], tuple[Any, Span]],
        grounds: dict[str, Ground],
    ) -> tuple[Any, ...]:
        """The values of a list that hold, each once, with their grounds."""
        found: list[Any] = []
        for number, item in enumerate(self.rows(row, name)):
            with self.taken():
                value, span = one(f"{name}.{number}", item)
                if value not in found:
                    grounds[f"{name}.{len(found)}{part}"] = self.ground(span)
                    found.append(value)
        return tuple(found)

    # -- single values; each raises _Dropped

    def span(self, place: str, row: Any) -> Span:
        """Where the quote of a value stands."""
        if not isinstance(row, dict):
            raise _Dropped(place, "it is no value with a quote")
        span = self.words.find(row.get("quote"))
        if span is None:
            raise _Dropped(place, f"its quote is not in the text: {self.shown(row.get('quote'))}")
        return span

    def ground(self, span: Span) -> Ground:
        """The ground of a value of the model."""
        return Ground(
            span=span,
            text_sha256=self.digest,
            rule=f"ai.{PROMPT}",
            version=self.settings.model,
            confidence=CONFIDENCE,
        )

    def text(self, place: str, row: Any, name: str) -> str:
        """A text of an object of the answer."""
        value = row.get(name) if isinstance(row, dict) else None
        text = " ".join(value.split()) if isinstance(value, str) else ""
        if not text or not text.isprintable():
            raise _Dropped(place, f"{name} is no text: {self.shown(value)}")
        return text

    def known(self, place: str, row: Any, name: str, codes: Mapping[str, Any]) -> str:
        """A code of a closed list."""
        code = self.text(place, row, name)
        if code not in codes:
            raise _Dropped(place, f"{self.shown(code)} is not in the codebook")
        return code

    def code(self, place: str, row: Any, name: str, codes: Mapping[str, Any]) -> tuple[str, Ground]:
        """A code of a closed list, and its ground."""
        return self.known(place, row, name, codes), self.ground(self.span(place, row))

    def flag(self, name: str, row: Any, grounds: dict[str, Ground]) -> bool:
        """True with its ground, or false."""
        value = row.get("value") if isinstance(row, dict) else row
        if value is None or value is False:
            return False
        if value is not True:
            raise _Dropped(name, f"it is neither true nor false: {self.shown(value)}")
        grounds[name] = self.ground(self.span(name, row))
        return True

    def date(self, place: str, row: Any) -> tuple[str, Span]:
        """A date whose year the text or its period has, and whose day its quote does not contradict."""
        iso, span = self.text(place, row, "value"), self.span(place, row)
        try:
            when = EventDate.parse(iso)
        except ValueError:
            raise _Dropped(place, f"{self.shown(iso)} is no date of the codebook's form") from None
        if not {when.first.year, when.last.year} <= self.years:
            raise _Dropped(place, f"the year of {iso} is neither in the text nor that of its period")
        days = {int(point[8:]) for point in iso.split("/") if len(point) == 10}
        told = {number for number in _numbers(self.words.at(span)) if 1 <= number <= 31}
        if told and not days <= told:
            raise _Dropped(place, f"its quote has another day than {iso}")
        return iso, span

    def target(self, place: str, row: Any) -> tuple[Target, Span]:
        """Who was hit, as written in the text."""
        type_ = self.known(place, row, "type", codebook().target_types)
        name, written, span = self.named(place, row)
        if {name.casefold(), written.casefold()} & codebook().no_target:
            raise _Dropped(place, f"{self.shown(written)} is nobody in particular (rule 8)")
        return Target(name=name, written=written, type=type_), span

    def actor(self, place: str, row: Any) -> tuple[Actor, Span]:
        """Who acted, as written in the text; an unknown role is left out."""
        type_ = self.known(place, row, "type", codebook().actor_types)
        name, written, span = self.named(place, row)
        role = None
        if row.get("role") is not None:
            with self.taken():
                role = self.known(f"{place}.role", row, "role", codebook().actor_roles)
        return Actor(name=name, written=written, type=type_, role=role), span

    def named(self, place: str, row: Any) -> tuple[str, str, Span]:
        """A name, its words in the text and their place. A name that is not like its words gives way to them."""
        name, span = self.text(place, row, "name"), self.span(place, row)
        if span[1] - span[0] > _LONGEST_NAME:
            own = self.words.find(name)
            if own is None:
                raise _Dropped(place, "its quote is a whole sentence, and the name is not in the text")
            span = own
        written = self.words.at(span)
        return (name if len(name) <= _LONGEST_NAME and _alike(name, written) else written), written, span

    def provision(self, place: str, row: Any) -> tuple[str, Span]:
        """An article of a law that the country has, whose number its quote does not contradict."""
        code, span = self.text(place, row, "value"), self.span(place, row)
        if len(code) > 40 or not PROVISION.fullmatch(code) or country().law_of(code) is None:
            raise _Dropped(place, f"{self.shown(code)} is no article of a known law")
        article, told = (code.split("-") + [""])[2], _numbers(self.words.at(span))
        if told and article.isdecimal() and int(article) not in told:
            raise _Dropped(place, f"its quote has another number than {code}")
        return code, span

    def upcoming(self, place: str, row: Any) -> tuple[Upcoming, Span]:
        """A date ahead; what it is, is the text's own wording."""
        iso, span = self.date(place, row)
        return Upcoming(date=iso, what=self.words.at(span)), span


def _first_of(error: ValidationError) -> str:
    """The first rule that a value breaks, in words."""
    first = error.errors(include_url=False)[0]
    return printable(first.get("ctx", {}).get("error") or first["msg"])


def _numbers(words: str) -> set[int]:
    return {int(figures) for figures in re.findall(r"[0-9]+", words) if len(figures) <= 4}


def _years(text: str, period: str | None) -> frozenset[int]:
    """The years that an event of the text can be dated to: those it names, that of its period and its neighbours."""
    named = {int(year) for year in re.findall(r"(?<![0-9])(?:1[89]|2[01])[0-9]{2}(?![0-9])", text)}
    short = {
        2000 + int(year) for year in re.findall(r"[0-9]{1,2}[./][0-9]{1,2}[./]([0-9]{2})(?![0-9])", text)
    }
    told = re.match(r"[0-9]{4}", period or "")
    around = {int(told[0]) - 1, int(told[0]), int(told[0]) + 1} if told else set()
    return frozenset(named | short | around)


def _alike(name: str, written: str) -> bool:
    """Whether a name has nothing that its written form has not, but for script, spelling and endings."""
    there, signs = key(written), {*written, *" -.'’"}
    return (
        bool(key(name))
        and all(sign in signs or sign.isalpha() for sign in name)
        and {*re.findall(r"\d+", name)} <= {*re.findall(r"\d+", written)}
        and all(any(_same_stem(word, other) for other in there) for word in key(name))
    )


def _same_stem(word: str, other: str) -> bool:
    shorter = min(len(word), len(other))
    stem = len(os.path.commonprefix([word, other]))
    return word == other or stem >= max(3, shorter - (2 if shorter > 5 else 1))


# --- the log of tokens --------------------------------------------------------------------------------------------


def _check_log(log: Log | None) -> None:
    """NotReady where the log cannot be written: nothing is asked then."""
    if isinstance(log, Path):
        _append(log, b"")


def _write_log(log: Log | None, row: Mapping[str, object]) -> None:
    if isinstance(log, Path):
        _append(log, json.dumps(row).encode() + b"\n")
    elif log is not None:
        log(row)


def _append(path: Path, line: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab") as stream:
            stream.write(line)
    except OSError as error:
        raise NotReady(
            f"the log of the language model cannot be written: {error.strerror or error}",
            file=path,
            next_step="let this user write there, or keep it elsewhere",
        ) from None
