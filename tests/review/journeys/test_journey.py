"""From the queue to the referral by keyboard, in a real browser; axe on the pages in both languages."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import review
from review.access.reviewers import Role
from review.cases.records import Case
from tests.review.conftest import PASSWORD
from tests.review.world import FIRST

CHROMIUM = Path("/usr/bin/chromium")
ASSETS = Path(review.__file__).parent
AXE = ASSETS / "assets" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
    pytest.mark.skipif(
        not AXE.exists() or not (ASSETS / "static" / "review" / "case.js").exists(),
        reason="needs the assets: make assets",
    ),
]

# What sticks out of the page, but for what scrolls inside its own box.
_WIDER = """() => [...document.querySelectorAll("body *")]
  .filter((part) => part.getBoundingClientRect().right > innerWidth + 1 && !part.closest(".scrolled"))
  .map((part) => part.outerHTML.slice(0, 160))"""


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    # Playwright's loop makes Django think that it is called from asynchronous code.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


def _signed_in(chromium: Browser, address: str, name: str, width: int = 1440) -> Page:
    page = chromium.new_page(viewport={"width": width, "height": 1000})
    strays: list[str] = []
    page.on("request", lambda request: strays.append(request.url))
    page.goto(f"{address}/sign-in/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    page.strays = strays  # type: ignore[attr-defined]
    return page


def _serious(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{item['id']}: {item['nodes'][0]['html'][:120]}"
        for item in found["violations"]
        if item["impact"] in ("serious", "critical")
    ]


def test_from_the_queue_to_the_referral_by_keyboard(cases, person, chromium, live_server):
    person()
    person(Role.APPROVER)
    page = _signed_in(chromium, live_server.url, "investigator_desk")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{FIRST}/")
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "agency"
    while page.input_value("#agency") != "customs":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Dấu hiệu gom hàng biên giới")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messages .success")

    second = _signed_in(chromium, live_server.url, "approver_desk")
    second.goto(f"{live_server.url}/decisions/")
    second.focus("tbody th a")
    second.keyboard.press("Enter")
    second.wait_for_selector("#answer-reason")
    second.focus("#answer-reason")
    second.keyboard.press("Tab")
    second.keyboard.press("Enter")
    second.wait_for_selector(".referral")
    case = Case.objects.get(network_id=FIRST)
    assert (case.state, case.closing.agency) == ("referred", "customs")
    for each in (page, second):
        assert all(url.startswith((live_server.url, "data:", "blob:")) for url in each.strays)


@pytest.mark.parametrize(("language", "width"), [("vi", 1440), ("en", 420)])
def test_axe_finds_nothing_serious(cases, person, chromium, live_server, language, width):
    person(Role.APPROVER)
    page = _signed_in(chromium, live_server.url, "approver_desk", width)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    found = {}
    for path in (
        "/",
        f"/cases/{FIRST}/",
        f"/cases/{FIRST}/links/",
        "/decisions/",
        "/watches/",
        "/suppressions/",
    ):
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, page.evaluate(_WIDER))
        found[path] = _serious(page)
    assert found == {path: [] for path in found}
