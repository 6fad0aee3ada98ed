"""Chromium as a camera: it draws what our own door fetched, and asks nothing of the network itself.

Each request of the page is answered by the caller; what slips past (it should not) meets the guarded proxy.
The profile is thrown away; the sandbox is on; as root Chromium runs as an unprivileged user.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from barometer.errors import NotReady
from barometer.fetching import CHROMIUM_ARGUMENTS, GuardProxy

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, ProxySettings, Route

_PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/lib/chromium/chromium")
_WIDTH, _HEIGHT = 1280, 900
#: Chromium draws no picture higher than this.
_HIGHEST = 16_000
_PREFIX = "barometer-chromium-"
_OWN_FRAMING = {"content-encoding", "content-length", "transfer-encoding", "set-cookie", "connection"}


@dataclass(frozen=True)
class Answer:
    """What a request of the page gets: a status, headers, and the decoded body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


#: Address and some headers → the answer, or None for what is refused; called in threads, a few at once.
Answering = Callable[[str, Mapping[str, str]], Answer | None]


@dataclass(frozen=True)
class Rendered:
    """What was seen: a full-page picture (PNG), a PDF, the page's HTML after its scripts, where it had gone."""

    url: str
    title: str
    html: str
    screenshot: bytes | None = field(repr=False)
    pdf: bytes | None = field(repr=False)
    version: str
    notes: tuple[str, ...]


class Browser:
    """Renders one page at a time, each in a Chromium and a profile of its own, in at most `seconds` and a few.

    NotReady without playwright or chromium, and as root where `user` cannot be used; `as_root` is for tests:
    Chromium then runs as root and without its sandbox.
    """

    def __init__(
        self,
        executable: str = "",
        *,
        user: str = "nobody",
        seconds: float = 30,
        as_root: bool = False,
    ) -> None:
        self.executable = executable or _found()
        self.seconds = seconds
        self._sandbox = not as_root
        self._ids = _ids_of(user) if _is_root() and not as_root else None
        self._user = user
        try:
            import playwright.async_api  # noqa: F401
        except ImportError:
            raise NotReady(
                "playwright is not installed", next_step="pip install 'press-barometer[browser]'"
            ) from None

    def render(self, url: str, answer: Answering, proxy: GuardProxy) -> Rendered:
        """What a person would have seen at the address; NotReady where Chromium cannot be started or hangs."""
        done: list[Rendered | BaseException] = []

        def run() -> None:
            try:
                done.append(asyncio.run(self._render(url, answer, proxy)))
            except BaseException as error:
                done.append(error)

        # A thread of its own: its loop never meets one that the caller runs.
        thread = threading.Thread(target=run, name="chromium", daemon=True)
        thread.start()
        thread.join()
        result = done[0]
        if isinstance(result, Rendered):
            return result
        said = str(result).strip().splitlines()
        raise NotReady(
            f"Chromium made no picture of the page: {said[0] if said else type(result).__name__}",
            next_step="capture it again, or without the browser",
        ) from result

    async def _render(self, url: str, answer: Answering, proxy: GuardProxy) -> Rendered:
        from playwright.async_api import async_playwright

        with self._folder() as folder:
            async with asyncio.timeout(self.seconds * 2 + 15), async_playwright() as playwright:
                context = await playwright.chromium.launch_persistent_context(
                    folder / "profile",
                    executable_path=self._start_script(folder),
                    chromium_sandbox=self._sandbox,
                    proxy=cast("ProxySettings", proxy.playwright),
                    accept_downloads=False,
                    service_workers="block",
                    viewport={"width": _WIDTH, "height": _HEIGHT},
                    args=list(CHROMIUM_ARGUMENTS),
                    timeout=self.seconds * 1000,
                )
                try:
                    return await self._seen(context, url, answer)
                finally:
                    await context.close()

    async def _seen(self, context: BrowserContext, url: str, answer: Answering) -> Rendered:
        from playwright.async_api import Error

        notes: list[str] = []
        await context.route("**/*", _Answers(answer, notes))
        await context.route_web_socket("**/*", lambda socket: socket.close())
        page = context.pages[0] if context.pages else await context.new_page()
        page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))
        page.set_default_timeout(self.seconds * 1000)
        try:
            await page.goto(url, wait_until="load", timeout=self.seconds * 1000)
            await page.wait_for_load_state("networkidle", timeout=5_000)
        except Error as error:
            notes.append(f"the page was not done: {error.message.splitlines()[0]}")
        screenshot = await _tried("screenshot", _picture(page, notes), notes)
        pdf = await _tried("PDF", page.pdf(print_background=True), notes)
        html = await _tried("text", page.content(), notes) or ""
        title = await _tried("title", page.title(), notes) or ""
        version = context.browser.version if context.browser else await _version(page)
        return Rendered(page.url, title, html, screenshot, pdf, version, tuple(notes))

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        """A throwaway folder for profile and temporary files, owned by whoever runs Chromium."""
        _sweep()
        with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
            folder = Path(name)
            (folder / "profile").mkdir(mode=0o700)
            if self._ids:
                for path in (folder, folder / "profile"):
                    os.chown(path, *self._ids)
            yield folder

    def _start_script(self, folder: Path) -> str:
        """As root: what starts Chromium as another user, who can gain nothing back."""
        if not self._ids:
            return self.executable
        script = folder / "start"
        uid, gid = self._ids
        script.write_text(
            "#!/bin/sh\n"
            f"export HOME={folder} TMPDIR={folder}\n"
            f"exec setpriv --reuid={uid} --regid={gid} --clear-groups --no-new-privs --inh-caps=-all "
            f'{self.executable} "$@"\n'
        )
        script.chmod(0o755)
        return str(script)


def browser_here(**settings: Any) -> tuple[Browser | None, str]:
    """A browser where one can be used; otherwise none, and why."""
    try:
        return Browser(**settings), ""
    except NotReady as error:
        return None, str(error)


def _sweep() -> None:
    """Profiles tell what was looked at: those that killed captures left an hour ago or earlier go."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - 3600:
                shutil.rmtree(left, ignore_errors=True)


class _Answers:
    """Hands each request of the page to the caller, four at a time; only asks, sends nothing."""

    def __init__(self, answer: Answering, notes: list[str]) -> None:
        self._answer = answer
        self._notes = notes
        self._few = asyncio.Semaphore(4)

    async def __call__(self, route: Route) -> None:
        from playwright.async_api import Error

        request = route.request
        try:
            if not request.url.startswith(("http://", "https://")) or request.method not in ("GET", "HEAD"):
                self._notes.append(f"not answered: {request.method} {request.url[:200]}")
                await route.abort("blockedbyclient")
                return
            async with self._few:
                answer = await asyncio.to_thread(self._answer, request.url, await _headers(request))
            if answer is None:
                await route.abort("blockedbyclient")
            else:
                await route.fulfill(status=answer.status, headers=_sent_on(answer.headers), body=answer.body)
        except Error:
            pass  # the page has gone on or was closed: nobody waits for this answer


async def _headers(request: Any) -> dict[str, str]:
    """Those headers of the page's request that change what a server answers."""
    passed = ("accept", "accept-language", "origin", "referer")
    headers = await request.all_headers()
    return {name: headers[name] for name in passed if name in headers}


def _sent_on(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The server's headers for the page, without those of the way it came and without cookies."""
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        if key not in _OWN_FRAMING:
            joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined


async def _picture(page: Page, notes: list[str]) -> bytes:
    """The whole page as PNG; what is drawn only when scrolled to is scrolled to first."""
    height = await page.evaluate(
        """async () => {
            const high = () => document.documentElement.scrollHeight;
            for (let y = 0; y < Math.min(high(), 30000); y += 800) {
                window.scrollTo(0, y);
                await new Promise(done => setTimeout(done, 40));
            }
            window.scrollTo(0, 0);
            return high();
        }"""
    )
    if height <= _HIGHEST:
        return await page.screenshot(full_page=True, animations="disabled")
    notes.append(f"the picture is cut off: the page is {height} pixels high")
    clip = {"x": 0, "y": 0, "width": _WIDTH, "height": _HIGHEST}
    return await page.screenshot(full_page=True, animations="disabled", clip=clip)  # type: ignore[arg-type]


async def _tried(what: str, making: Any, notes: list[str]) -> Any:
    from playwright.async_api import Error

    try:
        return await asyncio.wait_for(making, 20)
    except (Error, TimeoutError) as error:
        said = str(error).splitlines()
        notes.append(f"no {what}: {said[0] if said else 'it took too long'}")
        return None


async def _version(page: Page) -> str:
    """Chromium's version as it tells the page; a persistent context has no other way."""
    agent = str(await page.evaluate("navigator.userAgent"))
    return agent.partition("Chrome/")[2].split(" ")[0]


def _found() -> str:
    path = next((place for place in _PLACES if Path(place).exists()), None) or shutil.which("chromium")
    if path is None:
        raise NotReady("there is no chromium", next_step="install it (Debian: apt install chromium)")
    return path


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _ids_of(user: str) -> tuple[int, int]:
    """The numbers of an unprivileged user; NotReady where root cannot become it."""
    import pwd

    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        entry = None
    if entry is None or entry.pw_uid == 0 or shutil.which("setpriv") is None:
        raise NotReady(
            f"Chromium is not run as root, and cannot be run as {user!r}",
            next_step="run barometer as another user, or make that user and install util-linux",
        )
    return entry.pw_uid, entry.pw_gid
