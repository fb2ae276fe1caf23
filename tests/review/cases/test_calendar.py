"""Working days, by the calendar of 2026."""

from datetime import date

import pytest

from review.cases.calendar import add_working_days, is_working_day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 3, 31), True),
        (date(2026, 4, 4), False),  # Saturday
        (date(2026, 4, 30), False),  # Reunification Day
        (date(2026, 2, 17), False),  # Tết
        (date(2026, 2, 23), True),  # the Monday after
    ],
)
def test_a_day(day, works):
    assert is_working_day(day) is works


def test_days_are_counted_over_tet():
    # Friday 13 February, then nothing until Monday the 23rd.
    assert add_working_days(date(2026, 2, 12), 2) == date(2026, 2, 23)
