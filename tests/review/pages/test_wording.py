"""Figures as this house writes them."""

import pytest
from django.utils.translation import override

from review.pages.wording import figure, share, vnd


@pytest.mark.parametrize(
    ("value", "said"), [(None, "—"), (0, "0 %"), (0.004, "< 1 %"), (0.37, "37 %"), (1, "100 %")]
)
def test_a_share(value, said):
    assert share(value) == said


@pytest.mark.parametrize(
    ("language", "amount", "small"),
    [("vi", "1.234.567\u00a0₫", "0,125"), ("en", "1,234,567\u00a0₫", "0.125")],
)
def test_amounts_and_figures_by_language(language, amount, small):
    with override(language):
        assert vnd(1_234_567) == amount
        assert figure(0.125, 3) == small
    assert vnd(None) == figure(None) == "—"


def test_a_large_figure_has_no_decimals():
    with override("vi"):
        assert figure(153_378_857.25) == "153.378.857"
        assert figure(14.0) == "14"
