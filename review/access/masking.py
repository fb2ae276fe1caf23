"""Account, phone and personal numbers show their last digits only, until somebody asks with a reason."""

import re
from typing import Any

from configs.review import review_limits

_DIGITS = re.compile(r"\d")
# A run that is long enough to be an account, a phone or a personal number, wherever it stands in a text.
_LONG_RUN = re.compile(r"\+?\d[\d .-]{7,}\d")
_MASKED_KINDS = {"account", "person", "phone"}
_PERSONAL_TAX_CODE = 12

# Columns that hold such a number as a whole.
_NUMBER_COLUMNS = frozenset(
    [
        "account_no",
        "account_id",
        "holder_id",
        "holder_key",
        "debtor_account",
        "debtor_account_id",
        "creditor_account",
        "creditor_account_id",
        "phone",
        "phone_e164",
        "sender_phone",
        "sender_phone_e164",
        "recipient_phone",
        "recipient_phone_e164",
        "trader_phone",
        "trader_phone_e164",
        "consignee_phone",
        "consignee_phone_e164",
        "trader_id",
        "trader_key",
        "owner_id",
        "owner_key",
        "tax_code",
        "tax_key",
        "settlement_account",
        "settlement_account_id",
        "cod_account",
        "cod_account_id",
        "email",
        "email_norm",
        "subject_value",
        "subject_id",
    ]
)
_TEXT_COLUMNS = frozenset(
    ["remittance_info", "remittance_norm", "description", "description_norm", "title", "title_norm", "url"]
)


def masked(text: str) -> str:
    """Every digit but the last few becomes a dot: `VCB:0012345678` is `VCB:•••••••678`."""
    left = max(len(_DIGITS.findall(text)) - review_limits().reach.masked_tail, 0)

    def dot(match: re.Match[str]) -> str:
        nonlocal left
        left -= 1
        return "•" if left >= 0 else match.group()

    return _DIGITS.sub(dot, text)


def is_masked(kind: str, key: str) -> bool:
    """Whether a member's id is such a number. Tax codes of companies are public, those of people are not."""
    if kind == "company":
        return len(_DIGITS.findall(key)) >= _PERSONAL_TAX_CODE
    return kind in _MASKED_KINDS


def shown_key(kind: str, key: str) -> str:
    """A member's id as the page shows it."""
    return masked(key) if is_masked(kind, key) else key


def shown_record_key(feed: str, key: str) -> str:
    """A record's key as the page shows it: an account's is its number, a decision's holds its subject."""
    return masked(key) if feed in ("bank_accounts", "enforcement_actions") else key


def shown_value(column: str, value: Any) -> Any:
    """A column of a source row as the page shows it."""
    if not isinstance(value, str):
        return value
    if column in _NUMBER_COLUMNS:
        return _masked_address(value) if "@" in value else masked(value)
    if column in _TEXT_COLUMNS:
        return _LONG_RUN.sub(lambda match: masked(match.group()), value)
    return value


def _masked_address(text: str) -> str:
    name, _, place = text.partition("@")
    return f"{name[:1]}•••@{place}"
