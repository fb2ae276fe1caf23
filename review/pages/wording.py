"""Template filters: words, amounts and marks as this house writes them."""

import re
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from configs.agencies import load_agencies
from configs.catalogue import shipped_catalogue
from configs.referrals import load_referral_rules
from review.access.masking import is_masked, shown_key, shown_record_key
from review.cases.provinces import provinces
from review.pages import vocabulary

register = template.Library()
# So many digits are read at a glance; a larger figure is a count or an amount, and is written whole.
_DIGITS = 3
_SMALLEST_SHARE = 0.01


def _language() -> str:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


@register.filter
def spoken(text: Any) -> str:
    """The text of a `{vi, en}` pair in the reader's language."""
    if isinstance(text, dict):
        return str(text.get(_language(), ""))
    return str(getattr(text, _language(), ""))


@register.filter
def vnd(amount: int | None) -> str:
    """An amount in đồng, or a dash where none is known."""
    return "—" if amount is None else f"{number_format(amount, use_l10n=True, force_grouping=True)}\u00a0₫"


def _rounded(value: float, places: int) -> str:
    """A number with so many decimals. Django cuts the rest off, which makes 98.67 a 98.6."""
    return number_format(round(value, places), decimal_pos=places, use_l10n=True, force_grouping=True)


@register.filter
def figure(value: float | None) -> str:
    """A number of about three digits with its decimal mark, or a dash where it was not measured."""
    if value is None:
        return "—"
    whole = len(str(abs(int(value)))) if abs(value) >= 1 else 0
    return _rounded(value, 0 if value == int(value) else min(max(_DIGITS - whole, 0), 2))


@register.filter
def score_of_hundred(value: float) -> str:
    """A score, always with one decimal, so that a column of them stands straight."""
    return _rounded(value, 1)


@register.filter
def share(value: float | None) -> str:
    """A share as a percentage; one that rounds to nothing is still something."""
    if value is not None and 0 < value < _SMALLEST_SHARE:
        return "<\u00a01\u00a0%"
    return "—" if value is None else f"{_rounded(value * 100, 0)}\u00a0%"


@register.filter
def typology_title(name: str) -> str:
    """The title of a typology; its id where it is no longer in the catalogue."""
    typology = shipped_catalogue().typologies.get(name)
    return spoken(typology.title) if typology else name


@register.filter
def signal_title(name: str) -> str:
    """What a signal measures; its id where it is no longer in the catalogue."""
    signal = shipped_catalogue().signals.get(name)
    return spoken(signal.title) if signal else name


@register.filter
def agency_name(name: str) -> str:
    """The name of an agency."""
    agency = load_agencies().get(name)
    return spoken(agency.name) if agency else name


@register.filter
def province_name(code: str) -> str:
    """The name of a province, the newest era first."""
    return provinces().get(code, code)


@register.filter
def kind_word(kind: str) -> str:
    """A kind of member."""
    return str(vocabulary.KINDS.get(kind, kind))


@register.filter
def role_word(role: str) -> str:
    """Why a member is in the network."""
    return str(vocabulary.ROLES.get(role, role))


@register.filter
def tie_word(tie: str) -> str:
    """What holds two members together."""
    return str(vocabulary.TIES.get(tie, tie))


@register.filter
def circumstance_word(circumstance: str) -> str:
    """What members share."""
    return str(vocabulary.CIRCUMSTANCES.get(circumstance, circumstance))


@register.filter
def feed_word(feed: str) -> str:
    """A kind of record."""
    return str(vocabulary.FEEDS.get(feed, feed))


@register.filter
def change_word(change: str) -> str:
    """What became of a network since the ranking before."""
    return str(vocabulary.CHANGES.get(change, change))


@register.filter
def action_word(action: str) -> str:
    """An entry of the audit."""
    return str(vocabulary.ACTIONS.get(action, action))


@register.filter
def feature_word(feature: str) -> str:
    """A figure that may be unusual; one that is new to us keeps its name."""
    return str(vocabulary.FEATURES.get(feature.rpartition(".")[2], feature))


@register.filter
def is_hidden(member: Any) -> bool:
    """Whether a member's id is masked, so that there is something to reveal."""
    return is_masked(member.kind, member.key)


def spoken_id(kind: str, key: str) -> str:
    """An id as papers name it (`MST 0100109106`), masked where it is a personal number."""
    scheme, colon, number = shown_key(kind, key).partition(":")
    return f"{vocabulary.SCHEMES.get(scheme, scheme)}{' ' if colon else ''}{number}"


@register.filter
def shown_member(member: Any) -> str:
    """A member's id as papers name it, masked where it is a personal number."""
    return spoken_id(member.kind, member.key)


@register.filter
def person_name(person: Any) -> str:
    """How colleagues call somebody: the full name, else the name of the account."""
    return str(person.get_full_name() or person.username)


@register.filter
def shown_record(row: Any) -> str:
    """A record's key, masked where it is a personal number."""
    return shown_record_key(row.feed, row.key)


@register.filter
def cited(source: str) -> str:
    """A source of the law as a Vietnamese paper cites it, or as the configuration names it in English."""
    if _language() == "en":
        return source
    return load_referral_rules().citations.get(source, source)


@register.filter
def sees_payments(agency: str) -> bool:
    """Whether an agency may be shown payments."""
    known = load_agencies().get(agency)
    return known is not None and "bank_transactions" in known.may_see.feeds


@register.filter
def breakable(path: str) -> str:
    """A path that a line breaks at its slashes, and nowhere else."""
    parts = re.findall(r"[^/]*/|[^/]+$", path)
    return format_html_join(mark_safe("<wbr>"), '<span class="whole">{}</span>', ((part,) for part in parts))


@register.filter
def without_stop(text: str) -> str:
    """A sentence that goes on after a colon."""
    return text.rstrip(". ")


@register.filter
def violation_word(violation: str) -> str:
    """A violation as decisions name it."""
    return str(vocabulary.VIOLATIONS.get(violation, violation))


@register.filter
def holds_word(holds: bool | None) -> str:
    """Whether an innocent explanation holds; what was not measured is said."""
    if holds is None:
        return _("Chưa đo được")
    return _("Đúng một phần: đã giảm trọng số") if holds else _("Không đúng với số liệu")
