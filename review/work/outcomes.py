"""What an agency answered becomes a landing file of `enforcement_actions`, from which the next run learns."""

import csv
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from configs.sources import default_sources
from review.access.permissions import Act, demand, sight_of, visible_cases
from review.access.reviewers import Reviewer
from review.audit.chain import record
from review.cases.records import Member
from review.work.acts import Refused
from review.work.records import Decision, Outcome, Standing, Verdict

FEED = "enforcement_actions"


def violations() -> tuple[str, ...]:
    """The violations that the contract knows."""
    return default_sources()[FEED].columns["violation"].values


def subject_kinds() -> tuple[str, ...]:
    """The kinds of subject that the contract knows."""
    return default_sources()[FEED].columns["subject_kind"].values


def record_outcome(
    person: Reviewer,
    referral_id: int,
    decision_no: str,
    decided_on: date,
    outcome: str,
    violation: str,
    penalty_vnd: int | None,
    members: list[int],
) -> Outcome:
    """Keep the agency's answer on a referral and write its landing file when the transaction has ended."""
    demand(person, Act.RECORD_OUTCOME)
    referral = Decision.objects.filter(
        pk=referral_id, verdict=Verdict.REFER, standing=Standing.APPROVED
    ).first()
    if referral is None or not visible_cases(person).filter(pk=referral.case_id).exists():
        raise PermissionDenied
    if person.agency and person.agency != referral.agency:
        raise PermissionDenied
    if decided_on > timezone.localdate():
        raise Refused(_("Ngày quyết định không được ở tương lai."))
    if outcome not in ("confirmed", "cleared") or violation not in ("", *violations()):
        raise Refused(_("Chọn kết quả và hành vi trong danh sách."))
    if Outcome.objects.filter(decision_no=decision_no).exists():
        raise Refused(_("Số quyết định này đã được ghi."))
    sight = sight_of(person, referral.case)
    subjects = [
        [member.kind, member.key]
        for member in Member.objects.filter(case=referral.case_id, pk__in=members, kind__in=subject_kinds())
        if sight.shows(member)
    ]
    if not subjects:
        raise Refused(_("Chọn ít nhất một đối tượng mà quyết định nêu."))
    with transaction.atomic():
        kept = Outcome.objects.create(
            decision=referral,
            decision_no=decision_no,
            decided_on=decided_on,
            outcome=outcome,
            violation=violation,
            penalty_vnd=penalty_vnd,
            subjects=subjects,
            recorded_by=person,
            recorded_at=timezone.now(),
        )
        record(
            person.username,
            "outcome_recorded",
            referral.case.network_id,
            outcome=outcome,
            decision=referral.pk,
        )
        transaction.on_commit(lambda: land(kept))
    return kept


def land(outcome: Outcome, landing: Path | None = None) -> Path:
    """Write the file of one outcome as the landing contract has it."""
    today = timezone.localdate().isoformat()
    agency = outcome.decision.agency
    folder = (landing or settings.LANDING) / FEED / agency / today
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"review_{outcome.pk}.csv"
    columns = [name for name in default_sources()[FEED].columns if name != "record_action"]
    part = target.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.DictWriter(stream, columns)
        rows.writeheader()
        for kind, key in outcome.subjects:
            rows.writerow(
                {
                    "decision_no": outcome.decision_no,
                    "decided_on": outcome.decided_on.isoformat(),
                    "agency": agency,
                    "subject_kind": kind,
                    "subject_value": key,
                    "violation": outcome.violation,
                    "outcome": outcome.outcome,
                    "penalty_vnd": "" if outcome.penalty_vnd is None else outcome.penalty_vnd,
                }
            )
    part.replace(target)
    Outcome.objects.filter(pk=outcome.pk).update(landed_at=timezone.now())
    return target
