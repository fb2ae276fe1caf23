"""The pictures of a case in a real browser, drawn from invented cases."""

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from review.assets.build import PACKAGES
from tests.review.assets import invented
from tests.review.assets.conftest import Opened

Open = Callable[..., Opened]

# Boxes of labels and of nodes in pixels of the screen, as Cytoscape itself measures them.
_BOXES = """() => {
  const cy = document.querySelector("#graph .canvas > div")._cyreg.cy;
  const labels = { includeNodes: false, includeEdges: false, includeLabels: true, includeOverlays: false };
  const bodies = { includeLabels: false, includeOverlays: false, includeEdges: false };
  const box = (part, options) => {
    const { x1, y1, x2, y2 } = part.renderedBoundingBox(options);
    return { owner: part.id(), x1, y1, x2, y2 };
  };
  const shown = (part) => part.visible() && part.data("side") !== "none" && part.style("label");
  return {
    labels: cy.elements().filter(shown).map((part) => box(part, labels)),
    nodes: cy.nodes().map((part) => box(part, bodies)),
  };
}"""
_MONEY = """() => document.querySelector("#graph .canvas > div")._cyreg.cy
  .edges('[kind = "money"]').reduce((sum, edge) => sum + edge.data("amount"), 0)"""
_CY = '() => document.querySelector("#graph .canvas > div")._cyreg.cy'


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (
        one["x1"] < other["x2"] - 1
        and other["x1"] < one["x2"] - 1
        and one["y1"] < other["y2"] - 1
        and other["y1"] < one["y2"] - 1
    )


@pytest.mark.parametrize(("mules", "outside", "width"), [(12, 8, 1440), (12, 8, 420), (30, 300, 1440)])
def test_no_visible_label_overlaps_another_or_a_node(
    open_case: Open, width: int, mules: int, outside: int
) -> None:
    opened = open_case(invented.case(mules, outside), width=width)

    boxes = opened.page.evaluate(_BOXES)

    assert len(boxes["labels"]) > 5
    pairs = itertools.combinations(boxes["labels"], 2)
    assert [(a["owner"], b["owner"]) for a, b in pairs if _overlap(a, b)] == []
    others = [(a, b) for a in boxes["labels"] for b in boxes["nodes"] if a["owner"] != b["owner"]]
    assert [(a["owner"], b["owner"]) for a, b in others if _overlap(a, b)] == []


def test_labels_stay_apart_when_zoomed(open_case: Open) -> None:
    opened = open_case(invented.case(12, 8))
    before = len(opened.page.evaluate(_BOXES)["labels"])

    opened.page.locator("#graph .canvas").press("+")
    opened.page.locator("#graph .canvas").press("+")
    opened.page.wait_for_timeout(200)

    boxes = opened.page.evaluate(_BOXES)["labels"]
    assert len(boxes) != before
    assert [1 for a, b in itertools.combinations(boxes, 2) if _overlap(a, b)] == []


def test_a_large_case_is_drawn_in_groups_that_open_by_hand(open_case: Open) -> None:
    picture = invented.case(30, 300)
    opened = open_case(picture)
    drawn = f"({_CY})().nodes().length"
    held = f"({_CY})().nodes().reduce((sum, node) => sum + node.data('holds').length, 0)"
    assert len(picture["nodes"]) == 369
    assert opened.page.evaluate(drawn) <= 150
    assert opened.page.evaluate(held) == 369
    before = opened.page.evaluate(drawn)

    opened.page.evaluate(f"({_CY})().nodes('[?grouped]').first().emit('tap')")
    opened.page.get_by_role("button", name="Mở nhóm").click()

    assert opened.page.evaluate(drawn) > before
    assert opened.page.evaluate(held) == 369
    opened.page.get_by_role("button", name="Gộp lại").click()
    assert opened.page.evaluate(drawn) == before


def test_the_sums_on_edges_are_those_of_the_case(open_case: Open) -> None:
    picture = invented.case(30, 300)
    opened = open_case(picture)

    drawn = opened.page.evaluate(f"({_CY})().edges().reduce((sum, edge) => sum + edge.data('amount'), 0)")

    assert drawn == sum(edge["amount_vnd"] for edge in picture["edges"])


def test_the_table_says_what_the_graph_shows(open_case: Open) -> None:
    picture = invented.case(3, 2)
    page = open_case(picture).page
    names = {node["id"]: node["label"] for node in picture["nodes"]}
    page.locator("#graph summary").click()

    rows = page.locator("#graph tbody tr").all()
    table = {
        (*row.locator("td").all_inner_texts()[:2], row.locator("td").nth(3).inner_text()) for row in rows
    }
    edges = page.evaluate(
        f"({_CY})().edges().map((edge) => [edge.source().id(), edge.target().id(), edge.data('amount')])"
    )

    assert len(rows) == len(edges) == len(picture["edges"])
    stripped = {(a.rsplit(" (", 1)[0], b.rsplit(" (", 1)[0], amount) for a, b, amount in table}
    dotted = {
        (names[a], names[b], f"{amount:,}".replace(",", ".") if amount else "–") for a, b, amount in edges
    }
    assert stripped == dotted


def test_a_range_of_days_filters_graph_and_tables(open_case: Open) -> None:
    page = open_case(invented.case(3, 2)).page
    whole = page.evaluate(_MONEY)

    page.get_by_label("Từ ngày").fill("2026-03-01")
    page.get_by_label("Từ ngày").dispatch_event("change")

    march = page.evaluate(_MONEY)
    assert 0 < march < whole
    assert march == pytest.approx(whole / 2, abs=10)
    assert "outside" in (page.locator(".evidence tr[data-day='2026-01-10']").get_attribute("class") or "")
    assert "outside" not in (page.locator(".evidence tr[data-day='2026-03-10']").get_attribute("class") or "")

    page.get_by_role("button", name="Cả kỳ").click()
    assert page.evaluate(_MONEY) == whole


def test_one_selection_is_shared(open_case: Open) -> None:
    page = open_case(invented.case(3, 2)).page
    page.evaluate(
        "() => document.addEventListener('matluoi:selection', ({ detail }) => { window.heard = detail; })"
    )

    page.locator(".evidence tr[data-day='2026-01-10'] td").first.click()

    assert page.evaluate("() => window.heard") == {"from": None, "to": None, "ids": ["a0", "a1"]}
    chosen = page.evaluate(f"({_CY})().nodes('.chosen').map((node) => node.id())")
    assert sorted(chosen) == ["a0", "a1"]
    assert page.evaluate(f"({_CY})().$id('s1').hasClass('stepped-back')")


def test_the_graph_is_walked_by_keyboard(open_case: Open) -> None:
    page = open_case(invented.case(3, 2)).page
    frame = page.locator("#graph .canvas")
    said = page.locator("#graph .chosen-part")

    frame.press("ArrowRight")
    first = said.inner_text()
    frame.press("ArrowRight")
    second = said.inner_text()
    frame.press("Enter")

    assert first
    assert second
    assert first != second
    assert page.evaluate(f"({_CY})().nodes('.chosen').length") == 1
    frame.press("Escape")
    assert page.evaluate(f"({_CY})().nodes('.chosen').length") == 0


def test_members_alone_and_hubs_hidden(open_case: Open) -> None:
    picture = invented.case(3, 2)
    picture["nodes"].append({"id": "h", "kind": "account", "label": "Sàn", "role": "", "context": True})
    picture["edges"] += [
        {"source": node["id"], "target": "h", "kind": "money", "amount_vnd": 1, "records": 1}
        for node in picture["nodes"][:13]
    ]
    page = open_case(picture).page

    page.get_by_label("Ẩn đầu mối lớn").check()
    ids = page.evaluate(f"({_CY})().nodes().map((node) => node.id())")
    assert "h" not in ids
    assert "x0" in ids

    page.get_by_label("Chỉ đối tượng trong mạng lưới").check()
    assert not page.evaluate(f"({_CY})().nodes('[?outside]').length")


def test_exported_pictures_stand_alone(open_case: Open, tmp_path: Path) -> None:
    page = open_case(invented.case(3, 2)).page

    with page.expect_download() as png:
        page.get_by_role("button", name="Tải PNG").click()
    with page.expect_download() as svg:
        page.get_by_role("button", name="Tải SVG").click()
    png.value.save_as(tmp_path / "graph.png")
    svg.value.save_as(tmp_path / "graph.svg")

    assert (tmp_path / "graph.png").read_bytes().startswith(b"\x89PNG")
    text = (tmp_path / "graph.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "Nguyễn Thị Ngọc Ưng" in text
    assert "href" not in text
    labels = root.findall(".//{http://www.w3.org/2000/svg}tspan")
    assert len(labels) > 5


@pytest.mark.parametrize(
    ("width", "language", "scheme"), [(1440, "vi", "light"), (1440, "en", "dark"), (420, "vi", "dark")]
)
def test_no_serious_finding_of_axe_and_no_complaint(
    open_case: Open, width: int, language: str, scheme: str
) -> None:
    opened = open_case(invented.case(3, 2), width=width, language=language, scheme=scheme)
    for summary in opened.page.locator("summary").all():
        summary.click()
    complaints = list(opened.complaints)

    # The session of the debugger may run what the page's policy forbids to the page.
    session = opened.page.context.new_cdp_session(opened.page)
    source = (PACKAGES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    session.send("Runtime.evaluate", {"expression": source})
    found = session.send(
        "Runtime.evaluate",
        {
            "expression": "axe.run().then(({ violations }) => JSON.stringify(violations.map("
            "({ id, impact, nodes }) => [id, impact, nodes.map(({ target }) => target)])))",
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    violations = json.loads(found["result"]["value"])

    assert [finding for finding in violations if finding[1] in ("serious", "critical")] == []
    assert complaints == []
    outside = [url for url in opened.requests if not url.startswith((opened.origin, "blob:"))]
    assert outside == []
    assert opened.page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_money_that_runs_in_a_circle_is_drawn(open_case: Open) -> None:
    picture = invented.case(1, 0)
    picture["flows"] = [
        {"source": "a0", "target": "a1", "amount_vnd": 300},
        {"source": "a1", "target": "c1", "amount_vnd": 200},
        {"source": "c1", "target": "a0", "amount_vnd": 100},
    ]
    opened = open_case(picture)

    assert opened.page.locator("#flow canvas").count() == 1
    assert opened.complaints == []


def test_pictures_shrink_to_the_paper(open_case: Open) -> None:
    page = open_case(invented.case(3, 2)).page

    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    painted = """() => [...document.querySelectorAll('.canvas > .paper')].map((copy) =>
      copy.getContext('2d').getImageData(0, 0, copy.width, copy.height).data.some((value) => value > 0))"""

    assert page.evaluate(painted) == [True] * 4
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".paper").count() == 0


def test_value_of_goods_is_called_so_where_no_money_moved(open_case: Open) -> None:
    picture = invented.case(1, 0) | {"flow_of": "goods", "routes": []}
    page = open_case(picture).page

    assert "không phải tiền đã trả" in page.locator("#flow").inner_text()
    assert page.locator("#flow h3").inner_text() == "Trị giá hàng giữa các bên"
    assert "without" in (page.locator("#routes").get_attribute("class") or "")
    assert "không có vận đơn hay tờ khai" in page.locator("#routes").inner_text()


def test_an_empty_case_says_so(open_case: Open) -> None:
    opened = open_case({"nodes": [], "edges": [], "days": [], "flows": [], "routes": []})

    assert opened.page.locator(".empty").count() == 4
    assert opened.complaints == []
