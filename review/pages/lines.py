"""What the queue shows of its cases and around them, within what the reader may see."""

from datetime import date, timedelta
from typing import Any

from review.access.permissions import sight_of, visible_cases
from review.access.reviewers import Reviewer, Role
from review.cases.records import CLOSED, Case, Ranking
from review.pages.watching import changed_since_seen
from review.work.due import answer_days, is_late


def mark_lines(person: Reviewer, cases: list[Case]) -> None:
    """Give each case what its line says to this person: typologies, tip, day, late, changed."""
    unseen = changed_since_seen(person, cases)
    answers_due = answer_days(person, cases)
    for case in cases:
        sight = sight_of(person, case)
        case.is_late = is_late(case, answers_due.get(case.pk))  # type: ignore[attr-defined]
        case.due_on = answers_due.get(case.pk, case.due_on)
        case.shown_typologies = [name for name in case.typologies if sight.typology(name)]  # type: ignore[attr-defined]
        case.shows_tip = case.has_tip and sight.feed("tips")  # type: ignore[attr-defined]
        case.shown_drawn_on = case.drawn_on if sight.whole else None  # type: ignore[attr-defined]
        case.changed_since_seen = case.pk in unseen  # type: ignore[attr-defined]


def late_feeds(ranking: Ranking | None) -> list[tuple[str, date | None]]:
    """Feeds whose newest file is older than the ranking's date, each with that file's date."""
    if ranking is None:
        return []
    day_before = ranking.as_of - timedelta(days=1)
    newest = {
        feed: date.fromisoformat(books["newest"]) if books["newest"] else None
        for feed, books in sorted(ranking.feeds.items())
    }
    return [(feed, day) for feed, day in newest.items() if day is None or day < day_before]


def drawn_now(person: Reviewer, ranking: Ranking | None) -> list[Case]:
    """What the newest ranking drew by lot and nobody has decided yet: the desk's business alone."""
    if ranking is None or not sight_of(person).whole:
        return []
    drawn = visible_cases(person).filter(drawn_on=ranking.as_of).exclude(state__in=CLOSED)
    return list(drawn.order_by("rank"))


def desk_people() -> Any:
    """Who a case can be given to."""
    roles = (Role.INVESTIGATOR, Role.APPROVER)
    return Reviewer.objects.filter(agency="", is_active=True, role__in=roles)
