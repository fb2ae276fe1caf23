"""Days as people type them; working days in Viet Nam: no weekends, public holidays, days off around Tết."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from configs.lexicons import load_lexicon

_SATURDAY = 5
_BY_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def read_day(text: str) -> date:
    """The day of `31/03/2026`, or of `2026-03-31` as a browser sends it. Raises `ValueError` for others."""
    typed = _BY_DAY.fullmatch(text.strip())
    day = date(int(typed[3]), int(typed[2]), int(typed[1])) if typed else date.fromisoformat(text.strip())
    if not 1900 <= day.year <= 9000:
        raise ValueError("no year of ours")
    return day


@lru_cache(maxsize=1)
def _days_off() -> tuple[frozenset[str], frozenset[date], tuple[tuple[date, date], ...]]:
    lexicon: Any = load_lexicon("calendar")
    return (
        frozenset(lexicon["public_holidays"]),
        frozenset(lexicon["hung_kings"]),
        tuple((year["off_from"], year["off_to"]) for year in lexicon["tet"]),
    )


def is_working_day(day: date) -> bool:
    """Whether offices work on `day`."""
    yearly, moving, tet = _days_off()
    if day.weekday() >= _SATURDAY or f"{day:%m-%d}" in yearly or day in moving:
        return False
    return not any(first <= day <= last for first, last in tet)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
