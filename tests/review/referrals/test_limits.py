"""What an agency is handed: its typologies, its kinds of members, its feeds, and no column beyond them."""

from dataclasses import replace
from datetime import date

import pytest

from configs.agencies import load_agencies
from configs.referrals import load_referral_rules
from configs.sources import load_sources
from review.referrals.shape import ReferralError
from tests.review.referrals.invented import LINKS, MEMBERS, REASONS, RECORDS, referral_to


def test_customs_get_neither_accounts_nor_payments_nor_the_columns_that_name_them() -> None:
    referral = referral_to("customs")

    assert [member.kind for member in referral.members] == ["company", "person", "phone", "seller"]
    assert [reason.typology for reason in referral.reasons] == ["house_bill_splitting"]
    assert [record.feed for record in referral.records] == ["customs_declarations", "sellers"]
    assert dict(referral.records[1].fields) == {"shop_name": "Túi Xách Hà Thành"}
    assert referral.records[1].typologies == ("house_bill_splitting",)
    assert len(referral.links) == 3
    assert referral.value_vnd == 441_676_206


def test_the_police_get_everything() -> None:
    referral = referral_to("c03")

    assert referral.members == MEMBERS
    assert referral.reasons == REASONS
    assert referral.records == RECORDS
    assert referral.links == LINKS
    assert referral.value_vnd == 1_250_000_000


@pytest.mark.parametrize("agency", sorted(load_agencies()))
def test_no_agency_is_handed_what_it_may_not_see(agency: str) -> None:
    seen = load_agencies()[agency].may_see
    try:
        referral = referral_to(agency)
    except ReferralError as error:
        assert "holds no typology" in str(error)  # noqa: PT017
        return
    assert {member.kind for member in referral.members} <= set(seen.member_kinds)
    assert {record.feed for record in referral.records} <= set(seen.feeds)
    if "account" not in seen.member_kinds:
        assert "0000000318" not in str(referral.records)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"members": MEMBERS, "links": ()}, "kind of member"),
        ({"reasons": REASONS}, "does not take"),
        ({"records": RECORDS}, "records of a feed"),
        ({"records": RECORDS[1:2]}, "column"),
        ({"links": LINKS}, "no member"),
        ({"reasons": ()}, "no typology"),
        ({"deadline": date(2026, 4, 2)}, "deadline"),
        ({"issued_on": date(2014, 1, 1)}, "legal basis"),
    ],
)
def test_a_referral_that_holds_more_cannot_be_made(wrong: dict[str, object], said: str) -> None:
    referral = referral_to("customs")

    with pytest.raises(ReferralError, match=said) as refused:
        replace(referral, **wrong)

    assert "318" not in str(refused.value)


def test_the_legal_basis_is_that_of_the_day() -> None:
    before = referral_to("customs", issued_on=date(2025, 12, 31))
    after = referral_to("customs", issued_on=date(2026, 1, 1))

    assert "Decree 13/2023/NĐ-CP, Art. 17" in [basis.source for basis in before.legal_basis]
    assert "Decree 13/2023/NĐ-CP, Art. 17" not in [basis.source for basis in after.legal_basis]


@pytest.mark.parametrize(("subject", "left"), [("account", False), ("phone", True), ("waybill", True)])
def test_the_subject_of_a_tip_follows_its_kind_and_its_text_stays(subject: str, left: bool) -> None:
    tip = replace(
        RECORDS[0],
        feed="tips",
        fields={"subject_kind": subject, "subject_value": "318", "description": "Khai về tài khoản 318"},
    )
    from review.referrals.limits import limit  # noqa: PLC0415

    (kept,) = limit(load_agencies()["customs"], MEMBERS, REASONS, [tip]).records

    assert ("subject_value" in kept.fields) is left
    assert "description" not in kept.fields


def test_every_source_has_a_citation_and_every_named_column_exists() -> None:
    rules = load_referral_rules()
    sources = {basis.source for agency in load_agencies().values() for basis in agency.legal_basis}
    assert sources == set(rules.citations)
    feeds = load_sources()
    named = [*rules.columns_of_kinds.values(), rules.free_text]
    for columns_of_feeds in named:
        for feed, columns in columns_of_feeds.items():
            assert set(columns) <= set(feeds[feed].columns)
