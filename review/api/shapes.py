"""Values that more than one part of the interface for programs takes or gives."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Path, Schema
from pydantic import AfterValidator

from review.access.reviewers import Reviewer
from review.work.records import Decision, Outcome


class Complaint(Schema):
    """What went wrong, for people."""

    detail: str


class Misread(Schema):
    """Which part of a request could not be read, and why."""

    detail: list[dict[str, Any]]


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a character that is no text")
    return text


# A database holds no larger one.
ROW_MAX = 10**18
RowNumber = Annotated[int, Path(ge=0, lt=ROW_MAX)]
Said = Annotated[str, AfterValidator(_without_nul)]


class OutcomeShape(Schema):
    """What an agency answered, as it was kept."""

    id: int
    decision_no: str
    decided_on: date
    outcome: str
    violation: str
    penalty_vnd: int | None


class DecisionShape(Schema):
    """A decision as it stands. An agency is not told who at the desk decided, nor why."""

    id: int
    network_id: str
    verdict: str
    agency: str
    standing: str
    reason: str | None
    proposed_by: str | None
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    answer: str | None
    answer_due_on: date | None
    legal_basis: list[dict[str, Any]]
    outcomes: list[OutcomeShape]


REFUSALS: dict[int, type[Schema]] = {
    400: Complaint,
    401: Complaint,
    403: Complaint,
    404: Complaint,
    409: Complaint,
    422: Misread,
}


def outcome_shape(outcome: Outcome) -> dict[str, Any]:
    """An answer of an agency."""
    return {
        "id": outcome.pk,
        "decision_no": outcome.decision_no,
        "decided_on": outcome.decided_on,
        "outcome": outcome.outcome,
        "violation": outcome.violation,
        "penalty_vnd": outcome.penalty_vnd,
    }


def decision_shape(decision: Decision, reader: Reviewer) -> dict[str, Any]:
    """A decision for this reader."""
    at_the_desk = not reader.agency
    decided_by = decision.decided_by.username if decision.decided_by else None
    return {
        "id": decision.pk,
        "network_id": decision.case.network_id,
        "verdict": decision.verdict,
        "agency": decision.agency,
        "standing": decision.standing,
        "reason": decision.reason if at_the_desk else None,
        "proposed_by": decision.proposed_by.username if at_the_desk else None,
        "proposed_at": decision.proposed_at,
        "decided_by": decided_by if at_the_desk else None,
        "decided_at": decision.decided_at,
        "answer": decision.answer if at_the_desk else None,
        "answer_due_on": decision.answer_due_on,
        "legal_basis": decision.legal_basis,
        "outcomes": [outcome_shape(outcome) for outcome in decision.outcomes.all()],
    }
