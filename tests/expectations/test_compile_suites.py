"""Gates through Great Expectations, and pages that are read without a network."""

import re
from datetime import date
from pathlib import Path

import pytest

from configs.sources import Wording
from expectations.compile_suites import Finding, Profile, judge_profiles
from expectations.rules import Gate

NAN = float("nan")
SHARE = Gate(
    id="quarantined_rows",
    figure="share",
    severity="fail_batch",
    at_most=0.5,
    reason=Wording(vi="vì", en="as"),
)
RATIO = Gate(
    id="volume", figure="ratio", severity="warn", at_least=0.1, at_most=10, reason=Wording(vi="vì", en="as")
)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Finding], Path]:
    folder = tmp_path_factory.mktemp("docs")
    profiles = [
        Profile(
            "tips",
            (SHARE, RATIO),
            {"all": {"share": 0.5, "ratio": 0.01}, "newest": {"share": 0.51, "ratio": NAN}},
        ),
        Profile("sellers", (SHARE, RATIO), {"all": {"share": NAN, "ratio": 10.0}}),
    ]
    return judge_profiles(profiles, date(2026, 1, 31), folder), folder


def test_figures_outside_their_range_are_found(judged: tuple[list[Finding], Path]) -> None:
    assert judged[0] == [Finding("tips", SHARE, "newest", 0.51), Finding("tips", RATIO, "all", 0.01)]
    assert [found.allowed for found in judged[0]] == ["at most 0.5", "0.1 to 10"]


def test_the_pages_need_no_network(judged: tuple[list[Finding], Path]) -> None:
    pages = sorted(judged[1].rglob("*.html"))
    assert len(pages) >= 5
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert '<style id="matluoi">' in text
        assert "<script" not in text
        assert "<footer" not in text
        assert not re.search(r"<(link|img)[^>]*//", text)


def test_the_first_page_names_what_did_not_pass(judged: tuple[list[Finding], Path]) -> None:
    index = (judged[1] / "index.html").read_text(encoding="utf-8")
    assert "quarantined_rows (fail_batch), volume (warn)" in index
    for link in re.findall(r'href="([^"]+)"', index):
        assert (judged[1] / link).is_file()
