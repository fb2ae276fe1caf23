"""The source rows of a case through the filters of the address."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from review.cases.records import CaseEvidence, EvidenceRow
from tests.review.world import FIRST


@pytest.fixture
def shown(case, person, browser):
    client = browser(person())

    def keys(**asked):
        page = client.get(reverse("case", args=[FIRST]), asked)
        return [item.record.key for item in page.context["evidence"]], page

    return keys


def test_rows_of_one_reason_or_feed(shown):
    assert shown(typology="border_pickup")[0] == ["ghn:W1"]
    assert shown(feed="bank_transactions")[0] == ["VCB:FT1", "VCB:FT2"]
    assert len(shown(feed="nothing", typology="nothing")[0]) == 3


def test_a_record_of_two_signs_is_counted_once(case, shown):
    twice = case.evidence.get(record__key="ghn:W1")
    CaseEvidence.objects.create(
        case=case, record=twice.record, typology="money_mule_collection", position=twice.position + 1
    )
    keys, page = shown()
    assert (len(keys), page.context["evidence_records"]) == (4, 3)
    assert "3 bản ghi, 4 dòng" in page.content.decode()


def test_rows_of_some_days_are_those_of_vietnam(shown):
    row = EvidenceRow.objects.get(key="VCB:FT1")
    # Half past midnight in Vietnam is the day before in Greenwich.
    midnight = timezone.localtime(row.event_at).replace(hour=0, minute=30)
    EvidenceRow.objects.filter(pk=row.pk).update(event_at=midnight)
    day = midnight.date()
    keys, page = shown(**{"from": day.isoformat(), "to": day.isoformat()})
    assert "VCB:FT1" in keys
    assert page.context["evidence_filters"].query() == f"from={day}&to={day}"
    assert "VCB:FT1" not in shown(to=(day - timedelta(days=1)).isoformat())[0]


@pytest.mark.parametrize("day", ["31.03.2026", "9999-12-31", "0001-01-01", "x"])
def test_a_day_that_cannot_be_read_is_said(shown, day):
    keys, page = shown(to=day)
    assert len(keys) == 3
    assert "Ngày phải có dạng" in page.content.decode()
