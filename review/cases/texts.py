"""Text as a search compares it: lower case, without Vietnamese marks, single spaces."""

import re
import unicodedata
from typing import Any

_SPACES = re.compile(r"\s+")
_WORD_STARTS = re.compile(r"(?:^|(?<=[ :]))(?=[^ :])")
TERM_LENGTH = 120
# The column of each feed by which people look a record up.
NUMBERS = {
    "bank_accounts": "account_no",
    "bank_transactions": "transaction_id",
    "customs_declarations": "declaration_no",
    "enforcement_actions": "decision_no",
    "listings": "listing_id",
    "sellers": "seller_id",
    "shipments": "waybill_no",
    "tips": "tip_id",
}


def without_marks(text: str) -> str:
    """`Nguyễn Đức` is `nguyen duc`."""
    spread = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(sign for sign in spread if not unicodedata.combining(sign))
    return _SPACES.sub(" ", bare).strip()


def endings(*texts: str) -> list[str]:
    """`nguyen duc anh`, `duc anh`, `anh`: whatever is typed from a word on begins one of these."""
    bare = [without_marks(text) for text in texts]
    found = (text[match.start() :][:TERM_LENGTH] for text in bare for match in _WORD_STARTS.finditer(text))
    return list(dict.fromkeys(found))


def number_of(feed: str, key: str, *columns: dict[str, Any]) -> str:
    """The record's number as a search compares it; its key where no column names one."""
    named = (str(values[NUMBERS[feed]]) for values in columns if values.get(NUMBERS[feed]))
    return without_marks(next(named, key))
