"""Working days, by the calendar of 2026."""

from datetime import date

import pytest

from review.cases.calendar import add_working_days, is_working_day, read_day


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


@pytest.mark.parametrize("text", ["31/03/2026", "2026-03-31", " 31/3/2026 "])
def test_a_day_as_people_and_browsers_write_it(text):
    assert read_day(text) == date(2026, 3, 31)


@pytest.mark.parametrize("text", ["", "03/31/2026", "31.03.2026", "0001-01-01", "31/03/26", "31/03/99999"])
def test_what_is_no_day_of_ours(text):
    with pytest.raises(ValueError, match=r"."):
        read_day(text)
