"""What happened to a case: decisions, notes, words on links, rankings. An agency sees its referrals alone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from review.access.permissions import Sight
from review.access.reviewers import Reviewer
from review.cases.records import Case, CaseVersion
from review.work.lists import standing_suppressions
from review.work.records import Comment, Decision, LinkDecision, Standing, Suppression, Verdict

# Of how many rankings a case tells; older ones say little.
_VERSIONS = 12


@dataclass(frozen=True)
class History:
    """The newest first. `link_decisions` are words that stand, a group once, with the number of its pairs."""

    decisions: QuerySet[Decision]
    open_decision: Decision | None
    referrals: QuerySet[Decision]
    comments: Iterable[Comment]
    suppressions: QuerySet[Suppression]
    link_decisions: list[tuple[LinkDecision, int]]
    versions: QuerySet[CaseVersion]


def history_of(case: Case, person: Reviewer) -> History:
    """The history of a case for this person."""
    decisions = decisions_on(case, person)
    at_the_desk = not person.agency
    return History(
        decisions=decisions,
        open_decision=decisions.filter(standing=Standing.OPEN).first() if at_the_desk else None,
        referrals=decisions.filter(verdict=Verdict.REFER, standing=Standing.APPROVED),
        comments=case.comments.select_related("by") if at_the_desk else [],
        suppressions=standing_suppressions(person).filter(case=case),
        link_decisions=_words_on_links(case) if at_the_desk else [],
        versions=case.versions.select_related("ranking")[:_VERSIONS],
    )


def decisions_on(case: Case, person: Reviewer) -> QuerySet[Decision]:
    """What was proposed and decided on a case; at an agency, what was referred to it."""
    decisions = case.decisions.select_related("case", "proposed_by", "decided_by").prefetch_related(
        "outcomes"
    )
    if person.agency:
        decisions = decisions.filter(agency=person.agency, standing=Standing.APPROVED)
    return decisions


def drawn_version(case: Case, sight: Sight) -> CaseVersion | None:
    """The version of the case that was drawn by lot, with its cut and chance; the desk's business alone."""
    if case.drawn_on is None or not sight.whole:
        return None
    return case.versions.select_related("ranking").get(ranking__as_of=case.drawn_on)


def _words_on_links(case: Case) -> list[tuple[LinkDecision, int]]:
    words: dict[str, list[LinkDecision]] = defaultdict(list)
    for word in case.link_decisions.filter(undone_at=None).select_related("by"):
        words[word.together or str(word.pk)].append(word)
    return [(pairs[0], len(pairs)) for pairs in words.values()]
