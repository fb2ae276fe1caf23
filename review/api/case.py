"""One case for programs: what its page says, from the same reading."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from review.access.masking import shown_key
from review.access.reviewers import Reviewer
from review.api.case_shapes import CaseShape
from review.api.queue import line_of
from review.api.shapes import REFUSALS, decision_shape
from review.cases.records import Member
from review.pages.case_reading import CaseReading, reading_of
from review.pages.history import History
from review.pages.reasons import ShownReason
from review.pages.requests import case_for, person_of
from review.work.records import Suppression

router = Router()


@router.get("/cases/{network_id}", response={200: CaseShape, **REFUSALS})
def read_case(request: HttpRequest, network_id: str) -> dict[str, Any]:
    """One case. It counts as a look of the person: recorded, and changes are told from here on."""
    person = person_of(request)
    reading = reading_of(case_for(request, network_id), person)
    case, whole = reading.case, reading.sight.whole
    return {
        **line_of(case),
        "revision": case.revision,
        "as_of": case.ranking.as_of,
        "first_seen": case.first_seen,
        "snoozed_until": case.snoozed_until if whole else None,
        "changes": reading.changes,
        "summary": reading.summary,
        "next_step": reading.next_step,
        "watched": reading.watched,
        "suggested_agencies": case.agencies if whole else [],
        "members": [_member(member) for member in reading.members],
        "hidden_members": reading.hidden_members,
        "reasons": [_reason(row) for row in reading.reasons.rows],
        "outlier": _outlier(reading) if whole else None,
        "records": reading.evidence_total,
        **_connections(reading),
        **_history(reading.history, person, whole),
    }


def suppression_shape(row: Suppression) -> dict[str, Any]:
    """A suppression with its case."""
    return {
        "id": row.pk,
        "network_id": row.case.network_id,
        "by": row.by.username,
        "at": row.at,
        "until": row.until,
        "reason": row.reason,
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "number": member.pk,
        "kind": member.kind,
        "id": shown_key(member.kind, member.key),
        "role": member.role,
        "name": member.name or None,
        "province_code": member.province_code or None,
        "watched": member.watched,  # type: ignore[attr-defined]
    }


def _reason(row: ShownReason) -> dict[str, Any]:
    reason = row.reason
    return {
        "typology": reason.typology,
        "title": reason.title,
        "score": reason.score,
        "contribution": reason.contribution,
        "part": row.part,
        "value_vnd": reason.value_vnd,
        "signal": reason.signal,
        "value": reason.value,
        "typical": reason.typical,
        "tail": reason.tail,
        "peers": reason.peers,
        "reason": reason.reason,
        "records": row.records,
        "innocent_explanations": row.innocent,
    }


def _outlier(reading: CaseReading) -> dict[str, Any]:
    case = reading.case
    return {
        "score": case.outlier_score,
        "contribution": case.outlier_contribution,
        "part": reading.reasons.outlier_part,
        "reasons": case.outlier_reasons,
    }


def _connections(reading: CaseReading) -> dict[str, Any]:
    return {
        "ties": [
            {
                "a": row["a"].pk,
                "b": row["b"].pk,
                "tie": row["tie"].tie,
                "weight": row["tie"].weight,
                "records": len(row["tie"].records),
            }
            for row in reading.ties
        ],
        "shared": [
            {
                "members": [member.pk for member in shared.members],
                "circumstances": [
                    {"circumstance": name, "value": value} for name, value in shared.circumstances
                ],
            }
            for shared in reading.shared
        ],
        "overlaps": [
            {
                "network_id": entry["case"].network_id,
                "rank": entry["case"].rank,
                "state": entry["case"].state,
                "members": [member.pk for member in entry["members"]],
            }
            for entry in reading.overlaps
        ],
        "tips": [
            {"record": tip["row"].pk, "event_at": tip["row"].event_at, "said": tip["said"]}
            for tip in reading.tips
        ],
    }


def _history(history: History, person: Reviewer, whole: bool) -> dict[str, Any]:
    return {
        "decisions": [decision_shape(decision, person) for decision in history.decisions],
        "comments": [
            {"by": comment.by.username, "at": comment.at, "text": comment.text, "asks": comment.asks}
            for comment in history.comments
        ],
        "suppressions": [suppression_shape(row) for row in history.suppressions],
        "link_words": [
            {
                "id": word.pk,
                "verdict": word.verdict,
                "kinds": [word.kind_a, word.kind_b],
                "pairs": pairs,
                "by": word.by.username,
                "at": word.at,
                "reason": word.reason,
            }
            for word, pairs in history.link_decisions
        ],
        "versions": [
            {
                "as_of": version.ranking.as_of,
                "rank": version.rank,
                "score": version.score,
                "value_vnd": version.value_vnd,
                "members": len(version.members),
                "drawn_cut": version.drawn_cut if whole else None,
                "drawn_chance": version.drawn_chance if whole else None,
            }
            for version in history.versions
        ],
    }
