"""Signed words on whether two members are one hand, and the file by which the next run obeys them."""

import json
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review.access.permissions import Act
from review.access.reviewers import Reviewer
from review.audit.chain import record
from review.cases.records import Member
from review.work.acts import Refused, at_work, demand_reason
from review.work.records import LinkDecision

# The kinds of which the pipeline lets people say that two are one.
KINDS = frozenset({"seller", "account", "person", "company", "phone", "address"})


def judge_link(
    person: Reviewer, network_id: str, first: int, second: int, verdict: str, reason: str
) -> LinkDecision:
    """Say that two members of a case (by their rows) are one hand, or are not."""
    with at_work(person, Act.JUDGE_LINKS, network_id) as case:
        reason = demand_reason(reason)
        if verdict not in ("same", "not_same"):
            raise Refused(_("Chọn một nhận định."))
        found = {member.pk: member for member in Member.objects.filter(case=case, pk__in=(first, second))}
        if len(found) != 2:
            raise PermissionDenied
        a, b = found[first], found[second]
        if not {a.kind, b.kind} <= KINDS:
            raise Refused(_("Không nhận định được về thiết bị."))
        LinkDecision.objects.filter(
            kind_a=a.kind, key_a=a.known_as, kind_b=b.kind, key_b=b.known_as, undone_at=None
        ).update(undone_at=timezone.now(), undone_by=person)
        decision = LinkDecision.objects.create(
            case=case,
            kind_a=a.kind,
            key_a=a.known_as,
            kind_b=b.kind,
            key_b=b.known_as,
            verdict=verdict,
            reason=reason,
            by=person,
            at=timezone.now(),
        )
        record(person.username, "link_judged", network_id, verdict=verdict, link=decision.pk)
        transaction.on_commit(write_decisions)
    return decision


def undo_link(person: Reviewer, link_id: int) -> str:
    """Take a word back. Returns the id of its case."""
    found = LinkDecision.objects.filter(pk=link_id, undone_at=None).select_related("case").first()
    if found is None:
        raise Refused(_("Nhận định này đã được rút."))
    with at_work(person, Act.JUDGE_LINKS, found.case.network_id):
        LinkDecision.objects.filter(pk=link_id).update(undone_at=timezone.now(), undone_by=person)
        record(person.username, "link_judgement_undone", found.case.network_id, link=link_id)
        transaction.on_commit(write_decisions)
    return found.case.network_id


def write_decisions(home: Path | None = None) -> Path:
    """Write every word that stands to `<home>/decisions/review.jsonl`, which the link stage reads."""
    folder = (home or settings.HOME) / "decisions"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "review.jsonl"
    part = target.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="\n") as stream:
        for row in LinkDecision.objects.filter(undone_at=None).select_related("by").order_by("pk"):
            line = {
                "kind_a": row.kind_a,
                "id_a": row.key_a,
                "kind_b": row.kind_b,
                "id_b": row.key_b,
                "verdict": row.verdict,
                "by": row.by.username,
                "at": row.at.isoformat(),
                "reason": row.reason,
            }
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    part.replace(target)
    return target
