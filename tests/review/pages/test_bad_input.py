"""What bad input gets: a clear page in the reader's language, and nothing is lost; by sentence."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from configs.errors import UsageError
from review.access.reviewers import Role
from review.cases.case_files import FILES
from review.cases.import_ranking import import_ranking
from review.cases.records import Case, EvidenceRow, Ranking
from review.work.acts import answer, assign, propose
from review.work.records import Decision
from tests.review.conftest import PASSWORD
from tests.review.world import ACCOUNT, AS_OF, FIRST, PERSON, SECOND, write_world

pytestmark = pytest.mark.django_db
REASON = "Dòng tiền khớp với vận đơn"
LANGUAGES = pytest.mark.parametrize("language", ["vi", "en"])


def _reading(client: Client, language: str) -> Client:
    client.cookies["django_language"] = language
    return client


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("broken", [b"{\n", b"\xff\xfe\n", b"[]\n", b"{}\n", b""])
def test_a_ranking_with_a_broken_file_is_refused_whole_with_the_line_named(home, name, broken):
    file = write_world(home) / "published" / AS_OF.isoformat() / name
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:1]) + broken if name != "run.json" else broken or b"x")
    if broken == b"" and name in ("members.jsonl", "links.jsonl"):
        return  # a name or a tie less breaks nothing
    if broken == b"{}\n" and name == "run.json":
        return  # a manifest may say nothing
    if broken == b"" and name == "networks.jsonl":
        return  # one network less is a ranking as well
    with pytest.raises(UsageError, match=name.replace(".", r"\.")) as caught:
        import_ranking(home, AS_OF)
    if broken and name != "run.json":
        assert "line 2" in str(caught.value)
    assert not Ranking.objects.exists()
    assert not Case.objects.exists()


def test_a_sign_that_no_database_keeps_is_shown_as_lost(home):
    file = write_world(home) / "published" / AS_OF.isoformat() / "evidence.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace("tra tien", "tra\\u0000tien"), encoding="utf-8")
    import_ranking(home, AS_OF)
    assert EvidenceRow.objects.get(key="VCB:FT1").normalised["remittance_norm"].startswith("tra\ufffdtien")


@LANGUAGES
def test_a_broken_filter_is_named_and_stays_in_its_field(cases, person, browser, language):
    client = _reading(browser(person()), language)
    page = client.get(
        "/?typology=x&province=xx&assignee=x&value_min=abc&changed_since=31.03&tip=1"
    ).content.decode()
    for said in {
        "vi": (
            "Bộ lọc “Dấu hiệu”",
            "Bộ lọc “Tỉnh, thành phố”",
            "Bộ lọc “Người phụ trách”",
            "Giá trị phải là số đồng",
            "Ngày phải có dạng",
        ),
        "en": (
            "The filter “Signs”",
            "The filter “Province, city”",
            "The filter “Assigned to”",
            "A value must be a number",
            "A date must look like",
        ),
    }[language]:
        assert said in page
    assert 'value="abc"' in page
    assert SECOND in page  # what could be read is applied
    assert FIRST not in page


@LANGUAGES
def test_a_search_that_is_over_says_so(cases, person, browser, language):
    page = _reading(browser(person()), language).get("/?q=gone").content.decode()
    assert {"vi": "đã hết hạn. Tìm lại", "en": "Search again"}[language] in page


@pytest.mark.parametrize(
    "text",
    ["\0", "' OR 1=1 --", "%", "_", "\\", "²", "9" * 400, "<script>", "\ud83d\ude00", "﷽", "-1", "\u202e"],
)
def test_nothing_that_is_typed_is_a_fault(cases, person, browser, text):
    client = browser(person(Role.APPROVER))
    names = (
        "typology",
        "province",
        "assignee",
        "value_min",
        "value_max",
        "changed_since",
        "page",
        "q",
        "sort",
    )
    row = EvidenceRow.objects.first()
    asked = [
        *(("/", {name: text}) for name in names),
        (reverse("case", args=[FIRST]), {"typology": text, "feed": text, "page": text}),
        (reverse("link", args=[FIRST]), {"a": text, "b": text, "verdict": text}),
        (f"/cases/{FIRST}/records/{10**30}/", {}),
        (reverse("record", args=[FIRST, row.pk]), {"x": text}),
        ("/api/cases", {"typology": text, "province": text, "page": text}),
    ]
    sent = [
        ("search", [], {"text": text}),
        ("save_view", [], {"name": text, "query": text}),
        ("export", [], {"typology": text, "value_min": text}),
        ("assign_many", [], {"case": text, "assignee": text, "query": text}),
        ("reveal", [FIRST], {"member": text, "reason": text}),
        ("reveal", [FIRST], {"record": text, "reason": text}),
        ("assign", [FIRST], {"assignee": text, "revision": text}),
        ("comment", [FIRST], {"text": text, "asks": text}),
        ("propose", [FIRST], {"verdict": text, "agency": text, "reason": text * 12, "revision": text}),
        ("snooze", [FIRST], {"until": text, "revision": text}),
        ("suppress", [FIRST], {"until": text, "reason": text * 12}),
        ("watch", [FIRST], {"member": text}),
        ("link", [FIRST], {"a": text, "b": text, "verdict": text, "reason": text * 12}),
        ("set_language", [], {"language": text, "next": text}),
    ]
    for address, query in asked:
        status = client.get(
            address, {name: value.encode("utf-8", "replace") for name, value in query.items()}
        )
        assert status.status_code < 500, (address, query)
    for name, arguments, form in sent:
        encoded = {key: value.encode("utf-8", "replace").decode() for key, value in form.items()}
        assert client.post(reverse(name, args=arguments), encoded).status_code < 500, name
    for said in (text, text * 12):
        proposal = {"verdict": "confirm", "reason": said.encode("utf-8", "replace").decode(), "revision": 0}
        address = f"/api/cases/{FIRST}/proposals"
        answered = client.post(address, json.dumps(proposal), content_type="application/json")
        assert answered.status_code < 500


@LANGUAGES
def test_text_that_cannot_be_read_gets_a_page(cases, person, browser, language):
    answered = _reading(browser(person()), language).get("/?province=%00")
    assert answered.status_code == 400
    assert {"vi": "Không đọc được yêu cầu", "en": "The request cannot be read"}[language] in (
        answered.content.decode()
    )


@LANGUAGES
def test_a_stale_form_is_a_page_and_what_was_typed_waits(cases, person, language):
    client = _reading(Client(enforce_csrf_checks=True), language)
    client.force_login(person())
    answered = client.post(reverse("comment", args=[FIRST]), {"text": "ghi chú dài"})
    assert answered.status_code == 403
    assert {"vi": "Biểu mẫu đã cũ", "en": "The form is out of date"}[language] in answered.content.decode()
    assert reverse("case", args=[FIRST]) in answered.content.decode()
    assert client.get(reverse("case", args=[FIRST])).context["unsent"]["text"] == "ghi chú dài"


@LANGUAGES
def test_two_people_deciding_at_once_the_second_is_told_and_keeps_the_words(cases, person, browser, language):
    first, second = person(Role.APPROVER, name="first"), person(Role.APPROVER, name="second")
    proposal = propose(person(), FIRST, "dismiss", "", REASON, 0)
    answer(first, proposal.pk, True, "")
    client = _reading(browser(second), language)
    sent = {"approve": "0", "reason": "Chưa đối chiếu tờ khai"}
    page = client.post(reverse("answer", args=[proposal.pk]), sent, follow=True)
    told = {"vi": "đã được trả lời hoặc đã rút", "en": "answered or withdrawn"}[language]
    assert told in page.content.decode()
    assert page.context["unsent"]["reason"] == sent["reason"]
    assert sent["reason"] in page.content.decode()
    assert Decision.objects.get().decided_by == first


@LANGUAGES
def test_a_case_that_somebody_else_changed_is_not_written_over(cases, person, browser, language):
    assign(person(Role.APPROVER), FIRST, person(), 0)
    client = _reading(browser(person()), language)
    sent = {"verdict": "refer", "agency": "customs", "reason": REASON, "revision": 0}
    page = client.post(reverse("propose", args=[FIRST]), sent, follow=True)
    told = {"vi": "vừa được người khác cập nhật", "en": "has just changed"}[language]
    assert told in page.content.decode()
    assert 'value="refer" required checked' in page.content.decode()
    assert '<option value="customs" selected>' in page.content.decode()
    assert not Decision.objects.exists()


def test_an_answer_of_an_agency_that_is_refused_comes_back_whole(cases, person, browser):
    proposal = propose(person(), FIRST, "refer", "customs", REASON, 0)
    answer(person(Role.APPROVER), proposal.pk, True, "")
    holder = cases[FIRST].members.get(key=PERSON)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    sent = {
        "decision_no": "12/QĐ-XPHC",
        "decided_on": tomorrow,
        "outcome": "confirmed",
        "violation": "smuggled",
        "penalty_vnd": "40.000.000",
        "member": holder.pk,
    }
    client = browser(person(Role.INVESTIGATOR, "customs"))
    page = client.post(reverse("outcome", args=[proposal.pk]), sent, follow=True).content.decode()
    for part in ("12/QĐ-XPHC", tomorrow, "40.000.000", f'value="{holder.pk}" checked'):
        assert part in page
    assert ACCOUNT not in page


@LANGUAGES
@pytest.mark.parametrize("form", ["comment", "answer"])
def test_a_session_that_ended_keeps_what_was_typed(cases, person, language, form):
    who = person(Role.APPROVER)
    proposal = propose(person(), FIRST, "dismiss", "", REASON, 0)
    name, sent = {
        "comment": (reverse("comment", args=[FIRST]), {"text": REASON}),
        "answer": (reverse("answer", args=[proposal.pk]), {"approve": "0", "reason": REASON}),
    }[form]
    client = _reading(Client(), language)
    sign_in = client.get(client.post(name, sent)["Location"])
    told = {"vi": "Phiên làm việc đã hết", "en": "session has ended"}[language]
    assert told in sign_in.content.decode()
    # Nobody learns of a case without a sign-in: only an address that was sent is led back to.
    assert (FIRST in sign_in.context["next"]) == (form == "comment")
    signed = {"username": who.username, "password": PASSWORD, "next": sign_in.context["next"]}
    assert client.post(reverse("sign_in"), signed).status_code == 302
    page = client.get(reverse("case", args=[FIRST]))
    assert REASON in page.context["unsent"].values()
