"""What was typed into a form that was refused waits in the session for the page that holds the form."""

from typing import Any

from django.http import HttpRequest, QueryDict

_KEY = "unsent"
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "revision", "next"})
# A form of ours holds less; whoever sends more has nothing kept.
_LENGTH_MAX = 20_000


def keep_unsent(request: HttpRequest) -> bool:
    """Keep what was typed, with what the address names. Returns whether there was anything."""
    match = request.resolver_match
    named = match.kwargs if match else {}
    typed = {name: values for name, values in request.POST.lists() if name not in _NOT_TYPED and any(values)}
    length = sum(len(value) for values in typed.values() for value in values)
    if not typed or not named or length > _LENGTH_MAX:
        return False
    request.session[_KEY] = {"form": match.url_name if match else "", "named": named, "typed": typed}
    return True


def take_unsent(request: HttpRequest, network_id: str, decisions: list[int]) -> QueryDict:
    """What was typed into a form of this case, or of a decision on it, once; empty otherwise."""
    kept: dict[str, Any] | None = request.session.get(_KEY)
    typed = QueryDict(mutable=True)
    if kept is None:
        return typed
    named = kept["named"]
    decision = named.get("decision_id", named.get("referral_id"))
    if named.get("network_id") != network_id and decision not in decisions:
        return typed
    del request.session[_KEY]
    for name, values in kept["typed"].items():
        typed.setlist(name, values)
    typed["form"] = kept["form"]
    return typed
