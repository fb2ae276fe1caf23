"""What somebody watches, the cases that it is in, and which of them changed since they looked."""

from dataclasses import dataclass

from django.db.models import QuerySet

from review.access.permissions import visible_cases
from review.access.reviewers import Reviewer
from review.cases.records import Case, Member, Ranking
from review.work.records import Visit, Watch


@dataclass(frozen=True)
class Watched:
    """A watch with its cases, the strongest first, and those of them that changed."""

    watch: Watch
    cases: list[Case]
    changed: list[Case]

    @property
    def member(self) -> Member | None:
        """The watched member as a row of its first case; none for a watch on a case."""
        if self.watch.case_id or not self.cases:
            return None
        return Member.objects.filter(case=self.cases[0], kind=self.watch.kind, key=self.watch.key).first()


def watched(person: Reviewer) -> list[Watched]:
    """Everything that somebody watches, within what they may see now."""
    rows = []
    for watch in Watch.objects.filter(by=person):
        cases = list(_cases_of(watch, visible_cases(person)).order_by("rank").distinct())
        # Rankings are named by the day of their records, which may lie long before the watch.
        since = set(
            Ranking.objects.filter(imported_at__gt=watch.since, as_of__in={case.changed_on for case in cases})
            .values_list("as_of", flat=True)
        )  # fmt: skip
        looked = set(Visit.objects.filter(by=person, case__in=cases).values_list("case_id", flat=True))
        unseen = changed_since_seen(person, cases)
        changed = [
            case
            for case in cases
            if case.changed_on in since and (case.pk not in looked or case.pk in unseen)
        ]
        rows.append(Watched(watch, cases, changed))
    return rows


def changed_since_seen(person: Reviewer, cases: list[Case]) -> set[int]:
    """Which of these cases are no longer as the person saw them last."""
    changed_on = {case.pk: case.changed_on for case in cases}
    imported_at = dict(
        Ranking.objects.filter(as_of__in=set(changed_on.values())).values_list("as_of", "imported_at")
    )
    return {
        visit.case_id
        for visit in Visit.objects.filter(by=person, case__in=cases).select_related("ranking")
        if visit.seen
        or (
            visit.ranking.as_of < changed_on[visit.case_id]
            and visit.at < imported_at[changed_on[visit.case_id]]
        )
    }


def watched_changes(person: Reviewer) -> list[Case]:
    """Watched cases, and cases with a watched member, that changed since the person looked."""
    cases = {case.pk: case for row in watched(person) for case in row.changed}
    return sorted(cases.values(), key=lambda case: case.rank)


def _cases_of(watch: Watch, visible: QuerySet[Case]) -> QuerySet[Case]:
    if watch.case_id:
        return visible.filter(pk=watch.case_id)
    return visible.filter(members__kind=watch.kind, members__key=watch.key)
