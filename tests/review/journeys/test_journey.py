"""From the queue to the referral by keyboard, in a real browser; axe on the pages in both languages."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

import review
from review.access.reviewers import Role
from review.cases.records import Case, EvidenceRow
from review.work.acts import answer, propose, suppress, toggle_member_watch, toggle_watch
from tests.review.conftest import PASSWORD
from tests.review.world import FIRST, PHONE, SECOND

CHROMIUM = Path("/usr/bin/chromium")
ASSETS = Path(review.__file__).parent
# By itself axe leaves out what WCAG 2.2 added: the size of targets.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
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


def _page(chromium: Browser, width: int) -> Page:
    return chromium.new_context(viewport={"width": width, "height": 1000}).new_page()


def _signed_in(chromium: Browser, address: str, name: str, width: int = 1440) -> Page:
    page = _page(chromium, width)
    strays: list[str] = []
    page.on("request", lambda request: strays.append(request.url))
    page.goto(f"{address}/sign-in/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.wait_for_load_state("networkidle")
    page.strays = strays  # type: ignore[attr-defined]
    return page


def _serious(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # What stays in sight while the page scrolls would lie over targets.
    page.evaluate("scrollTo(0, 0)")
    found = page.evaluate(f"axe.run(document, {{runOnly: {WCAG}, resultTypes: ['violations']}})")
    return [
        f"{item['id']}: {item['nodes'][0]['html'][:120]}"
        for item in found["violations"]
        if item["impact"] in ("serious", "critical")
    ]


def test_from_the_queue_to_the_referral_by_keyboard(cases, person, chromium, live_server):
    person()
    person(Role.APPROVER)
    page = _signed_in(chromium, live_server.url, "investigator_desk")
    page.emulate_media(media="print")
    assert page.locator("tr[data-case]").first.is_visible()
    page.emulate_media(media="screen")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{FIRST}/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    page.wait_for_url(f"**/cases/{SECOND}/")
    page.keyboard.press("k")
    page.wait_for_url(f"**/cases/{FIRST}/")
    page.wait_for_load_state("networkidle")
    _read_the_records(page)
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
    # What the page's own script focuses comes first.
    second.wait_for_load_state("networkidle")
    second.focus("#answer-reason")
    second.keyboard.press("Tab")
    second.keyboard.press("Enter")
    second.wait_for_selector(".referral")
    case = Case.objects.get(network_id=FIRST)
    assert (case.state, case.closing.agency) == ("referred", "customs")
    for each in (page, second):
        assert all(url.startswith((live_server.url, "data:", "blob:")) for url in each.strays)


def _read_the_records(page: Page) -> None:
    """From the reason to its record in one click, on to the next, and back to the line in the list."""
    page.focus("a[data-record]")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] h1")
    first = page.inner_text("dialog h1")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("first => document.querySelector('dialog h1').innerText !== first", arg=first)
    assert _serious(page) == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('a[data-record]')")


@pytest.mark.parametrize(("language", "width"), [("vi", 420), ("en", 1440)])
def test_axe_finds_nothing_serious(cases, person, chromium, live_server, language, width):
    person(), person(Role.ADMINISTRATOR), person(Role.AUDITOR), person(Role.INVESTIGATOR, "customs")
    approver = person(Role.APPROVER)
    referral = propose(person(), SECOND, "refer", "market_surveillance", "Dấu hiệu bị phản ánh", None)
    answer(approver, referral.pk, True, "")
    # What waits, is watched, is put aside: none of the lists is empty.
    propose(person(), FIRST, "refer", "customs", "Dấu hiệu gom hàng biên giới", None)
    suppress(approver, FIRST, timezone.localdate() + timedelta(days=9), "Đã đối chiếu với sao kê")
    toggle_watch(approver, FIRST)
    toggle_member_watch(approver, "phone", PHONE)
    record = f"/cases/{FIRST}/records/{EvidenceRow.objects.get(key='ghn:W1').pk}/"
    pages = {
        "": ["/sign-in/"],
        "approver_desk": [
            "/",
            "/?show=all&tip=1&typology=border_pickup",
            "(nothing found)",
            f"/cases/{FIRST}/",
            f"/cases/{SECOND}/",
            f"/cases/{FIRST}/links/",
            record,
            "/decisions/",
            "/watches/",
            "/suppressions/",
            "/account/second-factor/",
            "/account/password/",
            "/not-there/",
        ],
        "auditor_desk": ["/audit/", f"/cases/{FIRST}/"],
        "administrator_desk": ["/people/", f"/people/{approver.pk}/"],
        "investigator_customs": ["/"],
    }
    found = {}
    for name, paths in pages.items():
        page = _signed_in(chromium, live_server.url, name, width) if name else _page(chromium, width)
        page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        for path in paths:
            if path.startswith("/"):
                page.goto(live_server.url + path)
            else:
                page.fill("#search", "không có ai như vậy")
                page.press("#search", "Enter")
            page.wait_for_load_state("networkidle")
            for summary in page.locator("summary:visible").all():
                summary.click()
            assert page.evaluate("document.documentElement.lang") == language
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (
                path,
                page.evaluate(_WIDER),
            )
            found[name, path] = _serious(page)
        page.context.close()
    assert found == {key: [] for key in found}
