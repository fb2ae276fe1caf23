"""Figures as this house writes them."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from review.pages.wording import breakable, figure, is_hidden, score_of_hundred, share, shown_member, vnd


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "—"), (0, "0 %"), (0.004, "< 1 %"), (0.37, "37 %"), (0.996, "100 %"), (1, "100 %")],
)
def test_a_share(value, said):
    assert share(value) == said.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("language", "amount", "small"),
    [("vi", "1.234.567\u00a0₫", "0,13"), ("en", "1,234,567\u00a0₫", "0.13")],
)
def test_amounts_and_figures_by_language(language, amount, small):
    with override(language):
        assert vnd(1_234_567) == amount
        assert figure(0.127) == small
    assert vnd(None) == figure(None) == "—"


def test_a_large_figure_has_no_decimals():
    with override("vi"):
        assert figure(153_378_857.25) == "153.378.857"
        assert figure(14.0) == "14"


@pytest.mark.parametrize(
    ("value", "said"), [(0.999, "1,00"), (2.876, "2,88"), (60.092, "60,1"), (153.8, "154"), (-2.876, "-2,88")]
)
def test_a_figure_is_rounded_to_what_is_read_at_a_glance(value, said):
    with override("vi"):
        assert figure(value) == said


def test_a_score_is_rounded_and_not_cut():
    with override("vi"):
        assert score_of_hundred(98.67) == "98,7"
        assert score_of_hundred(10) == "10,0"


def test_a_path_breaks_at_its_slashes_alone():
    broken = breakable("tips/a-b/<c>.csv")
    assert broken.count("<wbr>") == 2
    assert '<span class="whole">&lt;c&gt;.csv</span>' in broken


@pytest.mark.parametrize(
    ("kind", "key", "said", "hidden"),
    [
        ("company", "tax:0100109106", "MST 0100109106", False),
        ("person", "cccd:001099000111", "CCCD •••••••••111", True),
        ("account", "VCB:0011223344556", "VCB ••••••••••556", True),
        ("seller", "tiktokshop:7001", "TikTok Shop 7001", False),
        ("address", "12 le loi hue", "12 le loi hue", False),
    ],
)
def test_an_id_is_named_as_on_paper_and_only_what_is_masked_can_be_revealed(kind, key, said, hidden):
    member = SimpleNamespace(kind=kind, key=key)
    with override("vi"):
        assert (shown_member(member), is_hidden(member)) == (said, hidden)
