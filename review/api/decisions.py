"""Decisions for programs: on cases, on answers of agencies, on links. The acts demand the permissions."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from review.api.shapes import (
    REFUSALS,
    ROW_MAX,
    DecisionShape,
    OutcomeShape,
    RowNumber,
    Said,
    decision_shape,
    outcome_shape,
)
from review.audit.chain import record
from review.pages.history import decisions_on
from review.pages.requests import case_for, person_of
from review.work import acts
from review.work.link_decisions import GROUP_MAX, judge_group, undo_link
from review.work.outcomes import record_outcome
from review.work.records import Decision

router = Router()
Row = Annotated[int, Field(ge=0, lt=ROW_MAX)]


class Proposal(Schema):
    """An end that is proposed for a case."""

    verdict: Literal["confirm", "dismiss", "inconclusive", "refer"]
    agency: Said = ""
    reason: Said
    revision: int = Field(ge=0)


class Answer(Schema):
    """The second person's word."""

    approve: bool
    reason: Said = ""


class OutcomeOfReferral(Schema):
    """What an agency answered; `members` are the numbers of those whom its decision names."""

    decision_no: Said = Field(min_length=1, max_length=80)
    decided_on: date
    outcome: Literal["confirmed", "cleared"]
    violation: Said = ""
    penalty_vnd: Row | None = None
    members: list[Row] = Field(max_length=200)


class LinkWord(Schema):
    """A word on every two of these members, by their numbers."""

    members: list[Row] = Field(min_length=2, max_length=GROUP_MAX)
    verdict: Literal["same", "not_same"]
    reason: Said


class LinkShape(Schema):
    """A word on a pair; `POST …/undo` takes it back, with those that were given with it."""

    id: int
    verdict: str


class Undone(Schema):
    """Whose link it was."""

    network_id: str


@router.get("/cases/{network_id}/decisions", response={200: list[DecisionShape], **REFUSALS})
def list_decisions(request: HttpRequest, network_id: str) -> list[dict[str, Any]]:
    """What was proposed and decided on a case; at an agency, what was referred to it. Recorded."""
    person = person_of(request)
    case = case_for(request, network_id)
    record(person.username, "case_viewed", network_id)
    return [decision_shape(decision, person) for decision in decisions_on(case, person)]


@router.post("/cases/{network_id}/proposals", response={200: DecisionShape, **REFUSALS})
def propose(request: HttpRequest, network_id: str, proposal: Proposal) -> dict[str, Any]:
    """Propose an end; a second person answers it."""
    person = person_of(request)
    decision = acts.propose(
        person, network_id, proposal.verdict, proposal.agency, proposal.reason, proposal.revision
    )
    return decision_shape(decision, person)


@router.post("/decisions/{decision_id}/answer", response={200: DecisionShape, **REFUSALS})
def answer(request: HttpRequest, decision_id: RowNumber, word: Answer) -> dict[str, Any]:
    """Approve or reject somebody else's proposal."""
    person = person_of(request)
    return decision_shape(acts.answer(person, decision_id, word.approve, word.reason), person)


@router.post("/decisions/{decision_id}/withdraw", response={200: DecisionShape, **REFUSALS})
def withdraw(request: HttpRequest, decision_id: RowNumber) -> dict[str, Any]:
    """Take one's own proposal back."""
    person = person_of(request)
    acts.withdraw(person, decision_id)
    return decision_shape(Decision.objects.get(pk=decision_id), person)


@router.post("/referrals/{referral_id}/outcome", response={200: OutcomeShape, **REFUSALS})
def outcome(request: HttpRequest, referral_id: RowNumber, word: OutcomeOfReferral) -> dict[str, Any]:
    """Keep what the agency answered; the next run learns from it."""
    kept = record_outcome(
        person_of(request),
        referral_id,
        word.decision_no,
        word.decided_on,
        word.outcome,
        word.violation,
        word.penalty_vnd,
        word.members,
    )
    return outcome_shape(kept)


@router.post("/cases/{network_id}/links", response={200: list[LinkShape], **REFUSALS})
def link(request: HttpRequest, network_id: str, word: LinkWord) -> list[dict[str, Any]]:
    """Say that members are one hand, or are not; the next run obeys."""
    words = judge_group(person_of(request), network_id, word.members, word.verdict, word.reason)
    return [{"id": kept.pk, "verdict": kept.verdict} for kept in words]


@router.post("/links/{link_id}/undo", response={200: Undone, **REFUSALS})
def undo(request: HttpRequest, link_id: RowNumber) -> dict[str, str]:
    """Take a word on a link back."""
    return {"network_id": undo_link(person_of(request), link_id)}
