"""Which columns an agency may see, from the kinds of members that it may see."""

from collections.abc import Mapping

from configs.agencies import Agency
from configs.referrals import load_referral_rules


def may_hold_column(agency: Agency, feed: str, column: str, fields: Mapping[str, str | None]) -> bool:
    """Whether a referral to `agency` may hold `column` of a row of `feed` with these fields."""
    rules = load_referral_rules()
    seen = set(agency.may_see.member_kinds)
    if column in rules.free_text.get(feed, []):
        return set(rules.columns_of_kinds) <= seen
    named = rules.columns_of_named_kinds.get(feed)
    if named is not None and column == named.value:
        kind = fields.get(named.kind)
        return kind not in rules.columns_of_kinds or kind in seen
    return all(
        kind in seen for kind, columns in rules.columns_of_kinds.items() if column in columns.get(feed, [])
    )
