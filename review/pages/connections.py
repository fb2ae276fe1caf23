"""What holds members together, and which other cases they are in, within what the reader may see."""

from collections import defaultdict
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from review.access.permissions import sight_of, visible_cases
from review.access.reviewers import Reviewer
from review.cases.records import Case, Member
from review.work.link_decisions import KINDS


def ties_of(case: Case, members: list[Member]) -> list[dict[str, Any]]:
    """Each tie with its two members, those alone that may be seen."""
    known = {(member.kind, member.key): member for member in members}
    rows = []
    for tie in case.ties.all():
        a, b = known.get((tie.kind_a, tie.key_a)), known.get((tie.kind_b, tie.key_b))
        if a and b:
            rows.append({"tie": tie, "a": a, "b": b, "judged": {a.kind, b.kind} <= KINDS})
    return rows


def overlaps(person: Reviewer, case: Case, members: list[Member]) -> list[dict[str, Any]]:
    """Other cases that share a member, the most shared first."""
    by_kind: dict[str, dict[str, Member]] = defaultdict(dict)
    for member in members:
        by_kind[member.kind][member.key] = member
    if not by_kind:
        return []
    same = reduce(or_, (Q(kind=kind, key__in=list(known)) for kind, known in by_kind.items()))
    shared = list(Member.objects.filter(same).exclude(case=case).order_by())
    # The members first: asked for both at once, a database may walk through all cases.
    visible = visible_cases(person).in_bulk({member.case_id for member in shared})
    sights = {pk: sight_of(person, other) for pk, other in visible.items()}
    others: dict[int, Any] = {}
    for member in shared:
        if member.case_id in visible and sights[member.case_id].shows(member):
            entry = others.setdefault(member.case_id, {"case": visible[member.case_id], "members": []})
            entry["members"].append(by_kind[member.kind][member.key])
    return sorted(others.values(), key=lambda entry: (-len(entry["members"]), entry["case"].rank))
