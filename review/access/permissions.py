"""Who may do what: roles give acts, an agency narrows what they are done to."""

from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet

from configs.agencies import Agency, load_agencies
from configs.catalogue import shipped_catalogue
from configs.sources import default_sources
from review.access.reviewers import Reviewer, Role
from review.cases.records import Case, Member
from review.referrals.sight import may_hold_column
from review.work.records import Decision, Handed, Standing, Verdict


class Act(StrEnum):
    """Something that a role may do."""

    SEE_CASES = "see_cases"
    REVEAL = "reveal"
    COMMENT = "comment"
    ASSIGN = "assign"
    PROPOSE = "propose"
    DECIDE = "decide"
    PUT_ASIDE = "put_aside"
    WATCH = "watch"
    JUDGE_LINKS = "judge_links"
    EXPORT = "export"
    RECORD_OUTCOME = "record_outcome"
    READ_AUDIT = "read_audit"
    MANAGE_PEOPLE = "manage_people"


_INVESTIGATES = {
    Act.SEE_CASES,
    Act.REVEAL,
    Act.COMMENT,
    Act.ASSIGN,
    Act.PROPOSE,
    Act.PUT_ASIDE,
    Act.WATCH,
    Act.JUDGE_LINKS,
    Act.EXPORT,
    Act.RECORD_OUTCOME,
}
ACTS: dict[str, frozenset[Act]] = {
    Role.VIEWER: frozenset({Act.SEE_CASES, Act.WATCH}),
    Role.INVESTIGATOR: frozenset(_INVESTIGATES),
    Role.APPROVER: frozenset(_INVESTIGATES | {Act.DECIDE}),
    Role.ADMINISTRATOR: frozenset({Act.MANAGE_PEOPLE}),
    Role.AUDITOR: frozenset({Act.SEE_CASES, Act.READ_AUDIT}),
}
# An agency reads what was referred to it and answers; the desk's own work is not its business.
AT_AN_AGENCY = frozenset({Act.SEE_CASES, Act.REVEAL, Act.WATCH, Act.RECORD_OUTCOME})


def acts_of(person: Reviewer) -> frozenset[Act]:
    """What this person may do."""
    acts = ACTS.get(person.role, frozenset())
    return acts & AT_AN_AGENCY if person.agency else acts


def demand(person: Reviewer, act: Act) -> None:
    """Raises `PermissionDenied` unless the person may do it."""
    if act not in acts_of(person):
        raise PermissionDenied


def agency_of(person: Reviewer) -> Agency | None:
    """The person's agency; none at the desk. An agency that is no longer configured sees nothing."""
    if not person.agency:
        return None
    agency = load_agencies().get(person.agency)
    if agency is None:
        raise PermissionDenied
    return agency


def visible_cases(person: Reviewer) -> QuerySet[Case]:
    """Every case at the desk; at an agency those that two people referred to it."""
    if Act.SEE_CASES not in acts_of(person):
        return Case.objects.none()
    agency = agency_of(person)
    if agency is None:
        return Case.objects.all()
    referred = Decision.objects.filter(
        case=OuterRef("pk"), verdict=Verdict.REFER, standing=Standing.APPROVED, agency=agency.id
    )
    return Case.objects.filter(Exists(referred))


class Sight:
    """Which parts of a case a person may see: all at the desk, at an agency what its remit and law allow.

    With `case`, an agency sees of it what two people referred: what later rankings add stays at the desk.
    """

    def __init__(self, agency: Agency | None, case: Case | None = None) -> None:
        self._agency = agency
        self._case = case

    @property
    def whole(self) -> bool:
        """Whether nothing is hidden: the ranking's own desk."""
        return self._agency is None

    def member(self, kind: str) -> bool:
        """Whether members of this kind show."""
        return self._agency is None or kind in self._agency.may_see.member_kinds

    def shows(self, member: Member) -> bool:
        """Whether this member of the case shows."""
        if self._agency is None:
            return True
        return self.member(member.kind) and (member.kind, member.key) in self._referred_members

    def feed(self, feed: str) -> bool:
        """Whether records of this feed show."""
        return self._agency is None or feed in self._agency.may_see.feeds

    def typology(self, name: str) -> bool:
        """Whether this reason shows."""
        if self._agency is None:
            return True
        typology = shipped_catalogue().typologies.get(name)
        if typology is None or typology.group not in self._agency.groups:
            return False
        return self._case is None or name in self._referred_typologies

    def records(self) -> Q:
        """Which rows of `CaseEvidence` show, by their records."""
        if self._agency is None:
            return Q()
        keys: dict[str, list[str]] = defaultdict(list)
        for record in self._referred("records"):
            keys[record["feed"]].append(record["key"])
        feeds = [Q(record__feed=feed, record__key__in=keys[feed]) for feed in keys if self.feed(feed)]
        return reduce(or_, feeds, Q(pk__in=[]))

    @cached_property
    def _referred_members(self) -> set[tuple[str, str]]:
        return {(member["kind"], member["id"]) for member in self._referred("members")}

    @cached_property
    def _referred_typologies(self) -> set[str]:
        return {reason["typology"] for reason in self._referred("reasons")}

    def _referred(self, part: str) -> list[dict[str, Any]]:
        if self._agency is None or self._case is None:
            return []
        referrals = Handed.objects.filter(
            decision__case=self._case,
            decision__agency=self._agency.id,
            decision__standing=Standing.APPROVED,
        )
        return [each for parts in referrals.values_list(part, flat=True) for each in parts]

    def column(self, feed: str, name: str, row: Mapping[str, Any]) -> bool:
        """Whether this column of a row shows; derived columns stay at the desk."""
        if self._agency is None:
            return True
        return name in default_sources()[feed].columns and may_hold_column(self._agency, feed, name, row)


def sight_of(person: Reviewer, case: Case | None = None) -> Sight:
    """What this person may see of a case; without one, of any case."""
    return Sight(agency_of(person), case)
