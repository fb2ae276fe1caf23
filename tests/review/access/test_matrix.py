"""Role × agency × every address, pages and interface: who gets through; whoever does not leaves no trace."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from review.access.reviewers import Role
from review.api.endpoints import api
from review.audit.entries import AuditEntry
from review.cases.records import EvidenceRow
from review.work.acts import answer, propose, suppress
from review.work.link_decisions import judge_link
from review.work.records import Outcome, SavedView, Watch
from tests.review.world import ACCOUNT, FIRST, PERSON

pytestmark = pytest.mark.django_db
REASON = "Lý do đủ dài để ghi"
# Where somebody sits: at the desk; at the agency that the referral at hand went to; at one that the same
# case was referred to by another decision; at one that has nothing.
SEATS = ("", "customs", "sbv", "tax")
DESK = "viewer investigator approver auditor"
WORK = "investigator approver"
SEES = "viewer investigator approver auditor"


class Rule(NamedTuple):
    """Which roles get through at each seat, what is sent, and what the address names."""

    seats: tuple[str, str, str, str]
    names: Callable[[Any], list[Any]] = lambda made: []
    sent: Callable[[Any], dict[str, Any]] = lambda made: {}


def _desk(roles: str, *rest: Any) -> Rule:
    return Rule((roles, "", "", ""), *rest)


def _case(_made: Any) -> list[Any]:
    return [FIRST]


EVERYBODY = Rule((" ".join(Role.values),) * 4)
LISTS = (DESK, SEES, SEES, SEES)
THE_CASE = (DESK, SEES, SEES, "")
RULES: dict[tuple[str, str], Rule] = {
    # An administrator is led to the people, at an agency nowhere.
    ("queue", "get"): Rule((f"{DESK} administrator", *LISTS[1:])),
    ("search", "post"): Rule(LISTS, sent=lambda made: {"text": "nguyen"}),
    ("suppressions", "get"): Rule(LISTS),
    ("watches", "get"): Rule(("viewer investigator approver",) * 4),
    ("case", "get"): Rule(THE_CASE, _case),
    ("picture", "get"): Rule(THE_CASE, _case),
    # A parcel: customs may see it, and so may the State Bank, but for another reason than this one.
    ("record", "get"): Rule((DESK, SEES, "", ""), lambda made: [FIRST, made.parcel]),
    ("reveal", "post"): Rule(
        (WORK, WORK, WORK, ""), _case, lambda made: {"member": made.person, "reason": REASON}
    ),
    ("watch", "post"): Rule(("viewer investigator approver",) * 3 + ("",), _case),
    ("document", "get"): Rule((WORK, WORK, "", ""), lambda made: [made.referral, "json"]),
    ("outcome", "post"): Rule(
        (WORK, WORK, "", ""),
        lambda made: [made.referral],
        lambda made: {
            "decision_no": "7/QĐ",
            "decided_on": timezone.localdate().isoformat(),
            "outcome": "cleared",
            "member": made.person,
        },
    ),
    ("export", "post"): _desk(WORK),
    ("export_records", "post"): _desk(WORK, _case),
    ("assign", "post"): _desk(WORK, _case),
    ("assign_many", "post"): _desk(WORK, lambda made: [], lambda made: {"case": FIRST}),
    ("comment", "post"): _desk(WORK, _case, lambda made: {"text": REASON}),
    ("propose", "post"): _desk(WORK, _case, lambda made: {"verdict": "confirm", "reason": REASON}),
    ("snooze", "post"): _desk(WORK, _case, lambda made: {"until": made.tomorrow}),
    ("suppress", "post"): _desk(WORK, _case, lambda made: {"until": made.tomorrow, "reason": REASON}),
    ("lift", "post"): _desk(WORK, lambda made: [made.suppression]),
    ("link", "get"): _desk(WORK, _case),
    ("link", "post"): _desk(
        WORK,
        _case,
        lambda made: {"a": made.account, "b": made.person, "verdict": "same", "reason": REASON},
    ),
    ("undo_link", "post"): _desk(WORK, lambda made: [FIRST, made.link]),
    ("proposals", "get"): _desk("approver"),
    ("answer", "post"): _desk("approver", lambda made: [made.proposal], lambda made: {"approve": "1"}),
    # Whose proposal it is, alone: see test_acts.
    ("withdraw", "post"): _desk("", lambda made: [made.proposal]),
    ("audit", "get"): _desk("auditor"),
    ("people", "get"): _desk("administrator"),
    ("people", "post"): _desk("administrator", lambda made: [], lambda made: {"username": "x"}),
    ("change_person", "get"): _desk("administrator", lambda made: [made.other]),
    ("change_person", "post"): _desk("administrator", lambda made: [made.other]),
    # Everybody's own: a session, a password, a view of one's own, the language.
    ("sign_in", "get"): EVERYBODY,
    ("sign_in", "post"): EVERYBODY,
    ("sign_out", "post"): EVERYBODY,
    ("change_password", "get"): EVERYBODY,
    ("change_password", "post"): EVERYBODY,
    ("second_factor", "get"): EVERYBODY,
    ("second_factor", "post"): EVERYBODY,
    ("save_view", "post"): EVERYBODY,
    ("drop_view", "post"): EVERYBODY._replace(names=lambda made: [made.view]),
    ("set_language", "post"): EVERYBODY,
    ("api:list_cases", "get"): Rule(LISTS),
    ("api:search_cases", "post"): Rule(LISTS, sent=lambda made: {"text": "nguyen"}),
    ("api:assign", "post"): _desk(WORK, _case, lambda made: {"assignee": None, "revision": made.revision}),
    ("api:comment", "post"): _desk(WORK, _case, lambda made: {"text": REASON}),
    ("api:snooze", "post"): _desk(
        WORK, _case, lambda made: {"until": made.tomorrow, "revision": made.revision}
    ),
    ("api:suppress", "post"): _desk(WORK, _case, lambda made: {"until": made.tomorrow, "reason": REASON}),
    ("api:lift", "post"): _desk(WORK, lambda made: [made.suppression]),
    ("api:watch", "post"): Rule(("viewer investigator approver",) * 3 + ("",), _case),
    ("api:read_case", "get"): Rule(THE_CASE, _case),
    ("api:list_records", "get"): Rule(THE_CASE, _case),
    ("api:propose", "post"): _desk(
        WORK, _case, lambda made: {"verdict": "refer", "agency": "tax", "reason": REASON, "revision": 0}
    ),
    ("api:answer", "post"): _desk(
        "approver", lambda made: [made.proposal], lambda made: {"approve": False, "reason": REASON}
    ),
    ("api:list_decisions", "get"): Rule(THE_CASE, _case),
    ("api:read_ranking", "get"): Rule(LISTS),
    ("api:read_picture", "get"): Rule(THE_CASE, _case),
    ("api:read_record", "get"): Rule((DESK, SEES, "", ""), lambda made: [FIRST, made.parcel]),
    ("api:reveal_member", "post"): Rule(
        (WORK, WORK, WORK, ""), lambda made: [FIRST, made.person], lambda made: {"reason": REASON}
    ),
    ("api:reveal_record", "post"): Rule(
        (WORK, WORK, "", ""), lambda made: [FIRST, made.parcel], lambda made: {"reason": REASON}
    ),
    ("api:read_paper", "get"): Rule((WORK, WORK, "", ""), lambda made: [made.referral, "json"]),
    ("api:watch_member", "post"): Rule(
        ("viewer investigator approver",) * 3 + ("",), lambda made: [FIRST, made.person]
    ),
    ("api:list_proposals", "get"): _desk("approver"),
    ("api:list_suppressions", "get"): Rule(LISTS),
    ("api:list_watches", "get"): Rule(("viewer investigator approver",) * 4),
    ("api:list_assignees", "get"): _desk(WORK),
    ("api:list_entries", "get"): _desk("auditor"),
    ("api:withdraw", "post"): _desk("", lambda made: [made.proposal]),
    ("api:outcome", "post"): Rule(
        (WORK, WORK, "", ""),
        lambda made: [made.referral],
        lambda made: {
            "decision_no": "7/QĐ",
            "decided_on": timezone.localdate().isoformat(),
            "outcome": "cleared",
            "members": [made.person],
        },
    ),
    ("api:link", "post"): _desk(
        WORK,
        _case,
        lambda made: {"members": [made.account, made.person], "verdict": "same", "reason": REASON},
    ),
    ("api:undo", "post"): _desk(WORK, lambda made: [made.link]),
    # The description says nothing of any case; the root is empty for everybody.
    ("api:openapi-json", "get"): EVERYBODY,
    ("api:api-root", "get"): Rule(("",) * 4),
}
# Which part of the interface is the twin of a page.
TWINS = {
    ("queue", "get"): "list_cases",
    ("search", "post"): "search_cases",
    ("case", "get"): "read_case",
    ("picture", "get"): "read_picture",
    ("record", "get"): "read_record",
    ("reveal", "post"): "reveal_member",
    ("assign", "post"): "assign",
    ("comment", "post"): "comment",
    ("propose", "post"): "propose",
    ("answer", "post"): "answer",
    ("withdraw", "post"): "withdraw",
    ("snooze", "post"): "snooze",
    ("suppress", "post"): "suppress",
    ("lift", "post"): "lift",
    ("watch", "post"): "watch",
    ("link", "post"): "link",
    ("undo_link", "post"): "undo",
    ("outcome", "post"): "outcome",
    ("document", "get"): "read_paper",
    ("proposals", "get"): "list_proposals",
    ("suppressions", "get"): "list_suppressions",
    ("watches", "get"): "list_watches",
    ("audit", "get"): "list_entries",
}
# Forms that lead to an act, many acts at once, all pages of a list as a file, and what is left to people.
PAGES_ALONE = (
    "link assign_many export export_records save_view drop_view people change_person "
    "sign_in sign_out change_password second_factor set_language"
)
WITHOUT_SIGN_IN = {"sign_in", "set_language", "api:openapi-json"}
REFUSED = (401, 403, 404)


def test_no_address_is_left_out():
    named = set(_names(get_resolver()))
    assert named == {name for name, _method in RULES}
    described = [
        (path, method)
        for path, operations in api.get_openapi_schema(path_prefix="/api/")["paths"].items()
        for method in operations
    ]
    # The root and the description itself are not described.
    assert len(described) == sum(name.startswith("api:") for name, _method in RULES) - 2


def test_every_page_has_a_twin_with_its_permissions_or_is_left_to_people():
    pages = {pair for pair in RULES if not pair[0].startswith("api:")}
    alone = set(PAGES_ALONE.split())
    assert {pair for pair in pages if pair[0] not in alone} | {("link", "post")} == set(TWINS)
    for (name, method), twin in TWINS.items():
        (seats,) = (rule.seats for (other, _), rule in RULES.items() if other == f"api:{twin}")
        # From the queue an administrator is led to the people.
        page = [set(roles.split()) - {Role.ADMINISTRATOR} for roles in RULES[name, method].seats]
        assert page == [set(roles.split()) for roles in seats], name


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """Every address below, by its name; one without a name fails."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            assert pattern.name, pattern
            yield f"{space}{pattern.name}"
        else:
            yield from _names(pattern, f"{pattern.namespace}:" if pattern.namespace else space)


@pytest.fixture
def made(cases, person) -> Any:
    """Something to act on for every address: referrals to two agencies, and what the desk does meanwhile."""
    other, second = person(name="other"), person(Role.APPROVER, name="second")
    case = cases[FIRST]
    pks = {key: case.members.get(key=key).pk for key in (ACCOUNT, PERSON)}
    tomorrow = timezone.localdate() + timedelta(days=1)

    class Made:
        referral = _referred(other, second, "customs")
        elsewhere = _referred(other, second, "sbv")
        proposal = propose(other, FIRST, "refer", "c03", REASON, None).pk
        account, person = pks[ACCOUNT], pks[PERSON]
        parcel = EvidenceRow.objects.get(key="ghn:W1").pk
        suppression = suppress(other, FIRST, tomorrow, REASON).pk
        link = judge_link(other, FIRST, pks[ACCOUNT], pks[PERSON], "not_same", REASON).pk
        view = SavedView.objects.create(by=other, name="x", query="").pk

    Made.other, Made.tomorrow = other.pk, tomorrow.isoformat()
    case.refresh_from_db()
    Made.revision = case.revision
    return Made


def _referred(proposer: Any, approver: Any, agency: str) -> int:
    proposal = propose(proposer, FIRST, "refer", agency, REASON, None)
    return answer(approver, proposal.pk, True, "").pk


@pytest.mark.parametrize(("name", "method"), list(RULES), ids=[" ".join(pair) for pair in RULES])
def test_each_role_at_each_seat_gets_through_where_it_may_and_nowhere_else(
    made, person, browser, name, method
):
    rule = RULES[name, method]
    through: dict[str, list[str]] = {}
    for agency in SEATS:
        for role in Role.values:
            with transaction.atomic():
                client = browser(person(role, agency))
                left = AuditEntry.objects.count()
                status = _status(client, name, method, rule, made)
                assert status < 500, (role, agency)
                if status in REFUSED:
                    assert AuditEntry.objects.count() == left, (role, agency)
                else:
                    through.setdefault(agency, []).append(role)
                transaction.set_rollback(True)
    expected = {at: sorted(roles.split()) for at, roles in zip(SEATS, rule.seats, strict=True) if roles}
    assert {at: sorted(roles) for at, roles in through.items()} == expected


@pytest.mark.parametrize(("name", "method"), list(RULES), ids=[" ".join(pair) for pair in RULES])
def test_nobody_gets_through_without_a_sign_in(made, name, method):
    client = Client()
    status = _status(client, name, method, RULES[name, method], made)
    if name in WITHOUT_SIGN_IN:
        assert status not in REFUSED
    elif name.startswith("api:"):
        assert status in (401, 404)
    else:
        assert status == 302
        assert "_auth_user_id" not in client.session


def test_an_agency_acts_on_no_member_that_it_may_not_see(made, person, browser):
    client = browser(person(Role.INVESTIGATOR, "customs"))
    watch, outcome = reverse("watch", args=[FIRST]), reverse("outcome", args=[made.referral])
    assert client.post(watch, {"member": made.account}).status_code == 404
    sent = RULES["outcome", "post"].sent(made) | {"member": made.account}
    assert client.post(outcome, sent).status_code == 302
    for act in ("api:watch_member", "api:reveal_member"):
        answered = client.post(
            reverse(act, args=[FIRST, made.account]), {"reason": REASON}, content_type="application/json"
        )
        assert answered.status_code == 404
    assert not Watch.objects.exists()
    assert not Outcome.objects.exists()


def test_a_view_of_somebody_else_stays(made, person, browser):
    browser(person()).post(reverse("drop_view", args=[made.view]))
    assert SavedView.objects.filter(pk=made.view).exists()


def _status(client: Client, name: str, method: str, rule: Rule, made: Any) -> int:
    names = rule.names(made)
    address, sent = reverse(name, args=names), rule.sent(made)
    if name.startswith("api:") and method == "post":
        return int(client.post(address, json.dumps(sent), content_type="application/json").status_code)
    return int(getattr(client, method)(address, sent).status_code)
