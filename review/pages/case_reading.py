"""A case as one person reads it: the page and the interface for programs are both made of this."""

from dataclasses import dataclass
from typing import Any

from review.access.permissions import Sight, sight_of
from review.access.reviewers import Reviewer
from review.cases.records import Case, CaseVersion, Member
from review.pages.circumstances import Shared, shared_circumstances
from review.pages.connections import overlaps, ties_of
from review.pages.evidence import records_by_typology, tips_of
from review.pages.history import History, drawn_version, history_of
from review.pages.lines import mark_lines
from review.pages.looks import look_at
from review.pages.next_step import next_step
from review.pages.reasons import ShownReasons, shown_reasons
from review.pages.summaries import summary_for
from review.work.records import Watch


@dataclass(frozen=True)
class CaseReading:
    """Everything of a case but its source rows and its picture, within what the person may see.

    `case` is marked as for its line in the queue, `members` by whether they are `watched`.
    """

    case: Case
    sight: Sight
    changes: list[str]
    summary: dict[str, str]
    reasons: ShownReasons
    members: list[Member]
    hidden_members: int
    shared: list[Shared]
    ties: list[dict[str, Any]]
    overlaps: list[dict[str, Any]]
    watched: bool
    evidence_total: int
    history: History
    next_step: str
    tips: list[dict[str, Any]]
    drawn: CaseVersion | None


def reading_of(case: Case, person: Reviewer) -> CaseReading:
    """What the person reads; the look is kept."""
    sight = sight_of(person, case)
    mark_lines(person, [case])
    changes = look_at(case, person)
    all_members = list(case.members.all())
    members = [member for member in all_members if sight.shows(member)]
    watched = set(Watch.objects.filter(by=person, case=None).values_list("kind", "key"))
    for member in members:
        member.watched = (member.kind, member.key) in watched  # type: ignore[attr-defined]
    history = history_of(case, person)
    records = records_by_typology(case, sight)
    return CaseReading(
        case=case,
        sight=sight,
        changes=changes,
        summary=summary_for(case, sight),
        reasons=shown_reasons(case, sight, records),
        members=members,
        hidden_members=sum(not sight.member(member.kind) for member in all_members),
        shared=shared_circumstances(case, members, sight),
        ties=ties_of(case, members),
        overlaps=overlaps(person, case, members),
        watched=Watch.objects.filter(by=person, case=case).exists(),
        evidence_total=sum(records.values()),
        history=history,
        next_step=next_step(case, person, history.open_decision, history.referrals),
        tips=tips_of(case, sight),
        drawn=drawn_version(case, sight),
    )
