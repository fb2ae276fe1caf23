"""The reasons of a case: parts of what is shown, the innocent explanations that hold first."""

import pytest

from configs.agencies import load_agencies
from review.access.permissions import Sight
from review.pages.reasons import shown_reasons


def test_parts_add_up_and_what_holds_stands_first(case):
    reason = case.reasons.first()
    reason.innocent = [{"id": str(holds), "holds": holds} for holds in (False, None, True, None)]
    reason.save()
    shown = shown_reasons(case, Sight(None), {reason.typology: 2})
    assert [item["holds"] for item in shown.rows[0].innocent] == [True, None, None, False]
    assert shown.rows[0].records == 2
    assert sum(row.part for row in shown.rows) + shown.outlier_part == pytest.approx(1)
    assert shown.holding == 1


def test_parts_tell_an_agency_nothing_of_what_it_may_not_see(case):
    shown = shown_reasons(case, Sight(load_agencies()["customs"]), {})
    assert [row.reason.typology for row in shown.rows] == ["border_pickup"]
    assert (shown.rows[0].part, shown.outlier_part) == (1, 0)
