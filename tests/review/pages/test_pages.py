"""Every page for every role and agency; the queue's filters; the case page's order; masks."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from review.access.permissions import Sight
from review.access.reviewers import Role
from review.audit.entries import AuditEntry
from review.cases.records import EvidenceRow, Member
from review.pages.picture import Picture
from review.work.acts import answer, propose
from tests.review.conftest import PASSWORD
from tests.review.world import ACCOUNT, FIRST, PERSON, PHONE, SECOND

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_case_page_follows_its_order_and_masks_numbers(case, person, browser, language):
    client = browser(person())
    client.cookies["django_language"] = language
    page = client.get(reverse("case", args=[FIRST])).content.decode()

    order = [
        page.index(f'class="{part}"')
        for part in ("verdict", "why", "for-against", "who", "picture", "evidence", "next", "history")
    ]
    assert order == sorted(order)
    assert f'lang="{language}"' in page
    amount = {"vi": "1.234.567.890", "en": "1,234,567,890"}[language]
    assert amount in page
    for number in (ACCOUNT, PERSON, PHONE):
        assert number not in page
        assert number.partition(":")[2] not in page or ":" not in number
    assert "VCB ••••••••••556" in page
    assert {"vi": "Chưa đo được", "en": "Could not be measured"}[language] in page


def test_a_view_is_recorded_and_the_next_one_says_what_changed(case, person, browser):
    browser(person()).get(reverse("case", args=[FIRST]))
    entry = AuditEntry.objects.latest("number")
    assert (entry.action, entry.subject, entry.actor) == ("case_viewed", FIRST, "investigator_desk")


def test_the_picture_joins_members_and_context(case, person, browser):
    picture = browser(person()).get(reverse("picture", args=[FIRST])).json()
    kinds = {(node["kind"], node["context"]) for node in picture["nodes"]}
    assert ("account", True) in kinds
    money = [edge for edge in picture["edges"] if edge["kind"] == "money"]
    # Two payments of one payer: 5 and 7 million.
    assert [(edge["amount_vnd"], edge["records"]) for edge in money] == [(12_000_000, 2)]
    assert (picture["routes"][0]["parcels"], picture["routes"][0]["declared"]) == (1, False)
    assert picture["flow_of"] == "money"
    assert [(day["day"], day["money_vnd"], day["parcels"]) for day in picture["days"]] == [
        ("2026-03-10", 12_000_000, 0),
        ("2026-03-12", 0, 1),
    ]
    shared = [edge["label"] for edge in picture["edges"] if edge["kind"] == "shared"]
    assert shared == ["đứng tên tài khoản", "Cùng chuyển tiền cho tài khoản"]
    assert len(picture["routes"][0]["ids"]) == 2
    assert ACCOUNT not in str(picture)


def _declared(direction: str, consignee: str = "") -> EvidenceRow:
    return EvidenceRow(
        feed="customs_declarations",
        event_at=datetime(2026, 3, 10, 3, tzinfo=UTC),
        amount_vnd=30_000_000,
        normalised={
            "direction": direction,
            "trader_key": "tax:0100000017",
            "trader_name": "Ánh Dương",
            "partner_name": "SILK ROAD",
            "partner_name_norm": "silk road",
            "partner_country": "KR",
            "customs_office": "27NB",
            **({"consignee_phone_e164": consignee} if consignee else {}),
        },
    )


def test_declarations_alone_have_a_value_flow_goods_routes_and_days(case):
    picture = Picture(case, Sight(None))
    for row in (_declared("import", "+84900000226"), _declared("import"), _declared("export")):
        picture.add(row)
    drawn = picture.shape({"customs_declarations": "Tờ khai", "tips": "Tin báo"})
    names = {node["id"]: node["label"] for node in drawn["nodes"]}
    assert drawn["flow_of"] == "goods"
    flows = {(names[each["source"]], names[each["target"]]): each["amount_vnd"] for each in drawn["flows"]}
    assert flows[("SILK ROAD", "Ánh Dương")] == 60_000_000
    assert flows[("Ánh Dương", "SILK ROAD")] == 30_000_000
    assert len(flows) == 3  # and on to whom it was for
    routes = [(each["from_province"], each["to_province"], each["parcels"]) for each in drawn["routes"]]
    assert sorted(routes) == [("Hàn Quốc", "Hải quan 27NB", 2), ("Hải quan 27NB", "Hàn Quốc", 1)]
    (day,) = drawn["days"]
    assert (day["declared_vnd"], day["events"], day["marked"]) == (90_000_000, ["3 × Tờ khai"], False)


def test_tips_alone_have_days(cases):
    picture = Picture(cases[SECOND], Sight(None))
    picture.add(EvidenceRow.objects.get(feed="tips"))
    (day,) = picture.shape({"tips": "Tin báo"})["days"]
    assert (day["events_count"], day["marked"]) == (1, True)


def test_what_ties_members_beyond_chance_is_shown_and_doubted_with_one_click(cases, person, browser):
    client = browser(person())
    page = client.get(reverse("case", args=[FIRST])).content.decode()
    assert "Cùng chuyển tiền cho tài khoản" in page
    assert "TCB •••••••••••988" in page
    assert "44332211009988" not in page
    doubt = re.search(r'href="([^"]+)">Nghi ngờ điểm chung này', page)
    form = client.get(doubt[1].replace("&amp;", "&"))
    assert [tie.circumstances for tie in form.context["shared"]] == [[("pays", "TCB •••••••••••988")]]
    assert re.search(r'value="not_same" required checked', form.content.decode())
    # Customs may not see accounts, so not what is shared between them either.
    referral = propose(person(), FIRST, "refer", "customs", "Dấu hiệu gom hàng biên giới", 0)
    answer(person(Role.APPROVER), referral.pk, True, "")
    there = browser(person(Role.INVESTIGATOR, "customs")).get(reverse("case", args=[FIRST]))
    assert there.context["shared"] == []


def test_revealing_takes_a_reason_and_is_recorded(case, person, browser):
    client = browser(person())
    member = Member.objects.get(case=case, key=ACCOUNT)
    address = reverse("reveal", args=[FIRST])
    assert ACCOUNT not in client.post(address, {"member": member.pk}).content.decode()
    short = client.post(address, {"member": member.pk, "reason": "xem"})
    assert short.status_code == 422
    assert ACCOUNT not in short.content.decode()
    whole = client.post(address, {"member": member.pk, "reason": "Đối chiếu với sao kê"})
    assert ACCOUNT in whole.content.decode()
    entry = AuditEntry.objects.get(action="number_revealed")
    assert entry.details == {"member": member.pk, "reason": "Đối chiếu với sao kê"}
    row = EvidenceRow.objects.get(key="ghn:W1")
    shown = client.get(reverse("record", args=[FIRST, row.pk])).content.decode()
    assert "0901234567" not in shown
    assert "b.csv</span>:9" in shown
    whole = client.post(address, {"record": row.pk, "reason": "Đối chiếu với vận đơn"}).content.decode()
    assert "0901234567" in whole


def test_a_search_finds_by_name_phone_account_and_waybill_and_stays_out_of_the_address(
    cases, person, browser
):
    client = browser(person())
    for text, found in (
        ("nguyen duc", {FIRST}),
        ("Nguyễn Đức Anh", {FIRST}),
        ("0901234567", {FIRST, SECOND}),
        ("0011223344556", {FIRST}),
        ("shopee:7001", {FIRST}),
        ("W1", {FIRST}),
        ("T1", {SECOND}),
        ("không có ai", set()),
    ):
        answered = client.post(reverse("search"), {"text": text})
        assert answered.status_code == 302
        assert re.fullmatch(r"/\?q=[\w-]{12}", answered["Location"])
        page = client.get(answered["Location"])
        assert {case.network_id for case in page.context["rows"]} == found, text


def test_filters_live_in_the_address_and_a_broken_one_breaks_nothing(cases, person, browser):
    client = browser(person())

    def found(query: str) -> list[str]:
        page = client.get(f"/?{query}")
        assert page.status_code == 200
        return [case.network_id for case in page.context["rows"]]

    assert found("") == [FIRST, SECOND]
    assert found("typology=border_pickup") == [FIRST]
    assert found("tip=1") == [SECOND]
    assert found("province=20") == [FIRST]
    assert (found("agency=customs"), found("agency=market_surveillance")) == ([FIRST], [SECOND])
    assert found("value_min=1.000.000.000") == [FIRST]
    assert found("value_max=60000000") == [SECOND]
    assert found("assignee=none&state=new") == [FIRST, SECOND]
    assert found("changed_since=2026-04-01") == []
    broken = client.get("/?typology=x&value_min=abc&changed_since=31.03&page=x&sort=y&q=lost")
    assert broken.status_code == 200
    assert len(broken.context["filters"].complaints) == 5


def test_the_export_is_the_whole_filtered_list_and_is_recorded(cases, person, browser):
    client = browser(person())
    text = b"".join(client.post(reverse("export"), {"show": "all"}).streaming_content).decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 3
    assert AuditEntry.objects.get(action="list_exported").details["rows"] == 2


def test_an_export_that_is_cut_says_so(cases, person, browser, monkeypatch):
    monkeypatch.setattr("review.cases.queue._HITS", 1)
    client = browser(person())
    found = client.post(reverse("search"), {"text": "0901234567"})
    token = found["Location"].partition("q=")[2]
    text = b"".join(client.post(reverse("export"), {"q": token}).streaming_content).decode("utf-8-sig")
    assert "danh sách này chưa đủ" in text.splitlines()[-1]


def test_the_records_of_a_case_leave_whole_masked_and_recorded(cases, person, browser):
    client = browser(person())
    answered = client.post(reverse("export_records", args=[FIRST]), {"feed": "bank_transactions"})
    text = b"".join(answered.streaming_content).decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 3
    assert "a.csv" in text
    assert ACCOUNT.partition(":")[2] not in text
    assert AuditEntry.objects.get(action="records_exported").details == {"rows": 2}


def test_tips_are_told_with_their_numbers_masked(cases, person, browser):
    page = browser(person()).get(reverse("case", args=[SECOND]))
    assert [tip["said"] for tip in page.context["tips"]] == ["goi •••••••567"]


def test_a_session_that_ended_loses_nothing_that_was_typed(cases, person):
    who, client = person(), Client()
    sent = {"verdict": "confirm", "reason": "Dòng tiền khớp với vận đơn", "revision": 0}
    answered = client.post(reverse("propose", args=[FIRST]), sent)
    assert "sign-in" in answered["Location"]
    page = client.get(answered["Location"])
    assert "Phiên làm việc đã hết" in page.content.decode()
    signed = {"username": who.username, "password": PASSWORD, "next": page.context["next"]}
    case = client.post(reverse("sign_in"), signed, follow=True)
    assert case.context["unsent"]["reason"] == sent["reason"]
    revealed = Client().post(reverse("reveal", args=[FIRST]), {"member": 1}, headers={"HX-Request": "true"})
    assert "/sign-in/" in revealed["HX-Redirect"]


def test_an_agency_sees_what_was_referred_to_it_within_its_remit(cases, person, browser):
    referral = propose(person(), FIRST, "refer", "customs", "Dấu hiệu gom hàng biên giới", 0)
    answer(person(Role.APPROVER), referral.pk, True, "")
    client = browser(person(Role.INVESTIGATOR, "customs"))

    assert [case.network_id for case in client.get("/?show=all").context["rows"]] == [FIRST]
    assert client.get(reverse("case", args=[SECOND])).status_code == 404
    page = client.get(reverse("case", args=[FIRST]))
    # Customs may see neither accounts nor bank records (configs/agencies/customs.yml).
    assert {member.kind for member in page.context["members"]} == {"person", "phone", "seller"}
    assert page.context["hidden_members"] == 1
    assert {item.record.feed for item in page.context["evidence"]} == {"shipments"}
    picture = client.get(reverse("picture", args=[FIRST])).json()
    assert all(edge["kind"] != "money" for edge in picture["edges"])
    assert "gom tiền" not in page.context["summary"]
    assert "border_pickup" in page.context["summary"]
    account = Member.objects.get(case__network_id=FIRST, key=ACCOUNT)
    asked = {"member": account.pk, "reason": "Muốn xem tài khoản"}
    assert client.post(reverse("reveal", args=[FIRST]), asked).status_code == 404
    payment = EvidenceRow.objects.get(key="VCB:FT1")
    assert client.get(reverse("record", args=[FIRST, payment.pk])).status_code == 404
    found = client.post(reverse("search"), {"text": "0011223344556"})
    assert client.get(found["Location"]).context["rows"] == []


def test_nothing_is_shown_without_a_sign_in(cases):
    for name, arguments in (("queue", []), ("case", [FIRST]), ("audit", []), ("people", [])):
        answered = Client().get(reverse(name, args=arguments))
        assert answered.status_code == 302
        assert answered["Location"].startswith("/sign-in/")


def test_every_answer_forbids_what_is_not_ours(person, browser):
    answered = browser(person()).get("/")
    assert "default-src 'self'" in answered["Content-Security-Policy"]
    assert "unsafe" not in answered["Content-Security-Policy"]
    assert answered["Cache-Control"] == "no-store, private"
    assert not re.search(r"<[^>]+\sstyle=|<script>|\son[a-z]+=", answered.content.decode())


def test_a_stale_form_is_a_clear_page(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person())
    answered = client.post(reverse("search"), {"text": "x"})
    assert answered.status_code == 403
    assert "Biểu mẫu đã cũ" in answered.content.decode()


def test_what_was_typed_into_a_refused_form_is_not_lost(cases, person, browser):
    client = browser(person())
    sent = {"verdict": "confirm", "reason": "Dòng tiền khớp với vận đơn", "revision": 99}
    page = client.post(reverse("propose", args=[FIRST]), sent, follow=True)
    assert "vừa được người khác cập nhật" in page.content.decode()
    assert page.context["unsent"]["reason"] == sent["reason"]
    assert client.get(reverse("case", args=[FIRST])).context["unsent"] == {}


def test_a_one_time_password_is_changed_first(person):
    who = person()
    who.must_change_password = True
    who.save()
    client = Client()
    client.force_login(who)
    assert client.get("/")["Location"] == reverse("change_password")
    new = "mật khẩu hoàn toàn mới 7"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post(reverse("change_password"), sent).status_code == 302
    assert client.get("/").status_code == 200
