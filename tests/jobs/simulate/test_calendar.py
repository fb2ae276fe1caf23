"""Days of the window, Tết and offices."""

from datetime import date

import numpy as np

from jobs.simulate.calendar import DAY, Calendar, day_number
from jobs.simulate.numbering import stream

CALENDAR = Calendar(date(2026, 3, 31), 120)


def test_window_ends_on_the_day_asked_for() -> None:
    assert CALENDAR.dates[0] == date(2025, 12, 2)
    assert CALENDAR.dates[-1] == date(2026, 3, 31)
    assert CALENDAR.start == day_number(date(2025, 12, 2)) * DAY
    assert CALENDAR.end == day_number(date(2026, 4, 1)) * DAY - 1


def test_offices_are_shut_at_tet_and_on_sundays() -> None:
    tet = CALENDAR.dates.index(date(2026, 2, 17))
    assert CALENDAR.office[tet] == 0
    assert CALENDAR.office[CALENDAR.dates.index(date(2026, 3, 1))] == 0
    assert CALENDAR.office[CALENDAR.dates.index(date(2026, 3, 3))] == 1


def test_people_shop_before_tet_and_on_sale_days() -> None:
    shopping = dict(zip(CALENDAR.dates, CALENDAR.shopping, strict=True))
    assert shopping[date(2026, 2, 17)] < shopping[date(2026, 2, 3)]
    assert shopping[date(2025, 12, 12)] > 2 * shopping[date(2025, 12, 11)]


def test_times_stay_between_the_days_given() -> None:
    at = CALENDAR.times(stream(1, "t"), 2000, "office", 10, 20)
    day = at // DAY - CALENDAR.first
    assert day.min() >= 10
    assert day.max() <= 20
    assert (CALENDAR.office[day] > 0).all()


def test_first_workday_after_a_sunday_is_monday() -> None:
    sunday = CALENDAR.dates.index(date(2026, 3, 1))
    assert CALENDAR.workday_on_or_after(np.array([sunday])).tolist() == [sunday + 1]
