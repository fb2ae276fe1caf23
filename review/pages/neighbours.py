"""From one case to the next, in the order of the list that the person came from."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

from review.cases.records import Case

_KEY = "list"


@dataclass(frozen=True)
class Neighbours:
    """The network ids before and after a case; empty where the list ends."""

    previous: str
    next: str


def keep_list(request: HttpRequest, query: str) -> None:
    """Remember the filters of the list; an unchanged one costs no write."""
    if request.session.get(_KEY, "") != query:
        request.session[_KEY] = query


def kept_list(request: HttpRequest) -> QueryDict:
    """The filters of the list that the person saw last."""
    return QueryDict(request.session.get(_KEY, ""))


def neighbours_of(case: Case, cases: QuerySet[Case], order: tuple[str, ...]) -> Neighbours:
    """Those beside a case in `cases`, whether or not the case itself is still among them."""
    backwards = tuple(key[1:] if key.startswith("-") else f"-{key}" for key in order)
    return Neighbours(previous=_first_after(case, cases, backwards), next=_first_after(case, cases, order))


def _first_after(case: Case, cases: QuerySet[Case], order: tuple[str, ...]) -> str:
    """The first in this order that stands behind the case; the first key also alone, for the index."""
    passed: dict[str, Any] = {}
    behind = []
    for key in order:
        name = key.removeprefix("-")
        beyond = "lt" if key.startswith("-") else "gt"
        behind.append(Q(**passed, **{f"{name}__{beyond}": getattr(case, name)}))
        passed[name] = getattr(case, name)
    leading = order[0].removeprefix("-")
    reached = Q(**{f"{leading}__{'lte' if order[0].startswith('-') else 'gte'}": getattr(case, leading)})
    found = cases.filter(reached, reduce(or_, behind)).order_by(*order)
    return found.values_list("network_id", flat=True).first() or ""
