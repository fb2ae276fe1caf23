"""Signed words on whether two members are one hand, and the file by which the next run obeys them."""

import json
import secrets
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review.access.permissions import Act
from review.access.reviewers import Reviewer
from review.audit.chain import record
from review.cases.records import Case, Member
from review.work.acts import Refused, at_work, demand_reason
from review.work.records import LinkDecision

# The kinds of which the pipeline lets people say that two are one.
KINDS = frozenset({"seller", "account", "person", "company", "phone", "address"})


# A larger group is no single question.
GROUP_MAX = 12


def judge_link(
    person: Reviewer, network_id: str, first: int, second: int, verdict: str, reason: str
) -> LinkDecision:
    """Say that two members of a case (by their rows) are one hand, or are not."""
    return judge_group(person, network_id, [first, second], verdict, reason)[0]


def judge_group(
    person: Reviewer, network_id: str, rows: Iterable[int], verdict: str, reason: str
) -> list[LinkDecision]:
    """Say of every two of these members the same, in one act."""
    wanted = sorted(set(rows))
    with at_work(person, Act.JUDGE_LINKS, network_id) as case:
        reason = demand_reason(reason)
        if verdict not in ("same", "not_same"):
            raise Refused(_("Chọn một nhận định."))
        if not 2 <= len(wanted) <= GROUP_MAX:
            raise Refused(_("Chọn từ 2 đến %(count)s đối tượng.") % {"count": GROUP_MAX})
        members = sorted(Member.objects.filter(case=case, pk__in=wanted), key=lambda each: each.pk)
        if len(members) != len(wanted):
            raise PermissionDenied
        if not {member.kind for member in members} <= KINDS:
            raise Refused(_("Không nhận định được về thiết bị."))
        together = secrets.token_hex(8) if len(members) > 2 else ""
        decisions = [
            _keep_word(person, case, pair, verdict, reason, together) for pair in combinations(members, 2)
        ]
        links = [decision.pk for decision in decisions]
        record(
            person.username,
            "link_judged",
            network_id,
            verdict=verdict,
            **({"links": links} if together else {"link": links[0]}),
        )
        transaction.on_commit(write_decisions)
    return decisions


def _keep_word(
    person: Reviewer, case: Case, pair: tuple[Member, Member], verdict: str, reason: str, together: str
) -> LinkDecision:
    """One word on a pair; it takes the place of an earlier one, whichever side stood first there."""
    for a, b in (pair, pair[::-1]):
        LinkDecision.objects.filter(
            kind_a=a.kind, key_a=a.known_as, kind_b=b.kind, key_b=b.known_as, undone_at=None
        ).update(undone_at=timezone.now(), undone_by=person)
    a, b = pair
    return LinkDecision.objects.create(
        case=case,
        kind_a=a.kind,
        key_a=a.known_as,
        kind_b=b.kind,
        key_b=b.known_as,
        verdict=verdict,
        reason=reason,
        together=together,
        by=person,
        at=timezone.now(),
    )


def undo_link(person: Reviewer, link_id: int) -> str:
    """Take a word back, and those that were signed together with it. Returns the id of its case."""
    found = LinkDecision.objects.filter(pk=link_id, undone_at=None).select_related("case").first()
    if found is None:
        raise Refused(_("Nhận định này đã được rút."))
    with at_work(person, Act.JUDGE_LINKS, found.case.network_id):
        standing = LinkDecision.objects.filter(undone_at=None)
        words = standing.filter(together=found.together) if found.together else standing.filter(pk=link_id)
        words.update(undone_at=timezone.now(), undone_by=person)
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
