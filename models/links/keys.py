"""Keys of parties, in the member id form of the ranking."""

import re

_PERSONAL_NUMBER = re.compile(r"^tax:(\d{12})$")
_BRANCH = re.compile(r"^(tax:\d{10})-\d{3}$")
PERSON_PREFIXES = ("cccd", "passport")


def canonical_key(key: str, personal_number_is_tax_code: bool) -> str:
    """One key for one legal person: a branch becomes its company, a personal tax code the personal number.

    `personal_number_is_tax_code` holds from 2025-07-01 (Circular 86/2024).
    """
    if branch := _BRANCH.match(key):
        return branch.group(1)
    if personal_number_is_tax_code and (number := _PERSONAL_NUMBER.match(key)):
        return f"cccd:{number.group(1)}"
    return key


def member_kind(key: str) -> str:
    """Kind of a person key in the ranking's contract: `person` or `company`.

    A tax code of 12 digits is an individual's; whether it is a cccd as well is a matter of date, not of kind.
    """
    prefix = key.partition(":")[0]
    return "person" if prefix in PERSON_PREFIXES or _PERSONAL_NUMBER.match(key) else "company"
