"""A page of invented pictures, served from loopback under the strictest policy, in Debian's Chromium."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from review.assets.build import BUILT, build

CHROMIUM = shutil.which("chromium")
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_KINDS = {"html": "text/html", "json": "application/json"}
PAGE = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")


@dataclass
class Opened:
    """A page that is open, and what it asked for and complained about."""

    page: Page
    origin: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


class _Site(SimpleHTTPRequestHandler):
    """The built assets, and at `/<name>.html` a page, at `/<name>.json` the picture, of that case."""

    def __init__(self, cases: dict[str, Any], *rest: Any, **named: Any) -> None:
        self._cases = cases
        super().__init__(*rest, **named)

    def do_GET(self) -> None:
        name, _, ending = self.path.strip("/").partition(".")
        if ending not in _KINDS or name not in self._cases:
            super().do_GET()
            return
        language, picture = self._cases[name]
        page = PAGE.replace("LANGUAGE", language).replace("NAME", name)
        content = (page if ending == "html" else json.dumps(picture, ensure_ascii=False)).encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{_KINDS[ending]}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Requests are counted in the browser."""


@pytest.fixture(scope="session")
def cases() -> dict[str, tuple[str, dict[str, Any]]]:
    return {}


@pytest.fixture(scope="session")
def site(cases: dict[str, Any]) -> Iterator[str]:
    build()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Site, cases, directory=str(BUILT)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


# Not for the whole session: while Playwright runs, Django thinks that it is called from asynchronous code.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_case(browser: Browser, site: str, cases: dict[str, Any]) -> Iterator[Callable[..., Opened]]:
    """Open a page with the pictures of a case: `open_case(picture, width=1440, language="vi")`."""
    contexts = []

    def open_(
        picture: dict[str, Any], width: int = 1440, language: str = "vi", scheme: str = "light"
    ) -> Opened:
        name = f"case{len(cases)}"
        cases[name] = (language, picture)
        context = browser.new_context(viewport={"width": width, "height": 1000}, color_scheme=scheme)
        contexts.append(context)
        opened = Opened(context.new_page(), site)
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on(
            "console", lambda said: opened.complaints.append(said.text) if said.type == "error" else None
        )
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.goto(f"{site}/{name}.html")
        opened.page.wait_for_load_state("networkidle")
        opened.page.evaluate("() => document.fonts.ready")
        return opened

    yield open_
    for context in contexts:
        context.close()
