"""Values that more than one part of the interface for programs takes or gives."""

from datetime import date
from typing import Annotated, Any

from ninja import Path, Schema
from pydantic import AfterValidator

from review.access.reviewers import Reviewer
from review.work.records import Decision


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


class DecisionShape(Schema):
    """A decision as it stands. An agency is not told who at the desk decided, nor why."""

    id: int
    network_id: str
    verdict: str
    agency: str
    standing: str
    reason: str | None
    proposed_by: str | None
    decided_by: str | None
    answer_due_on: date | None


REFUSALS: dict[int, type[Schema]] = {
    400: Complaint,
    401: Complaint,
    403: Complaint,
    404: Complaint,
    409: Complaint,
    422: Misread,
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
        "decided_by": decided_by if at_the_desk else None,
        "answer_due_on": decision.answer_due_on,
    }
