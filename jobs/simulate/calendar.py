"""Days and hours of the window: weekends, Tết, sale days, pay days. Times are seconds of local civil time."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from jobs.simulate.parameters import read

DAY = 86_400
HOUR = 3_600
Seconds = NDArray[np.int64]

_HOURS = {
    "shopping": [3, 1, 1, 0.5, 0.5, 1, 2, 4, 6, 7, 8, 9, 10, 8, 7, 7, 7, 7, 8, 11, 14, 15, 12, 7],
    "office": [0, 0, 0, 0, 0, 0, 0.2, 2, 9, 11, 10, 6, 2, 6, 10, 10, 9, 5, 1, 0.3, 0.1, 0, 0, 0],
    "life": [1, 0.5, 0.3, 0.2, 0.3, 1, 4, 7, 8, 9, 9, 10, 9, 7, 7, 7, 8, 9, 10, 10, 9, 7, 5, 2],
}


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


class Calendar:
    """The days of the world, ``days`` of them, the last being ``as_of``."""

    def __init__(self, as_of: date, days: int) -> None:
        self.as_of = as_of
        self.days = days
        self.first = day_number(as_of) - days + 1
        self.last = self.first + days - 1
        words = read("calendar")
        self.dates = [as_of - timedelta(days=days - 1 - i) for i in range(days)]
        weekday = np.array([d.weekday() for d in self.dates])
        self.weekday = weekday
        self.shopping = np.where(weekday >= 5, words["weekend_shopping"], 1.0)
        self.office = np.where(
            weekday == 6, words["sunday_office"], np.where(weekday == 5, words["saturday_office"], 1.0)
        )
        tet_days = [date.fromisoformat(text) for text in words["tet"]]
        for i, d in enumerate(self.dates):
            if f"{d.month:02d}-{d.day:02d}" in words["sale_days"]:
                self.shopping[i] *= words["sale_day_factor"]
            for tet in tet_days:
                ahead = (tet - d).days
                if -words["tet_days_after"] <= ahead <= words["tet_days_before"]:
                    self.shopping[i] *= words["tet_shopping"]
                    self.office[i] = 0.0
                elif words["tet_days_before"] < ahead <= words["tet_rush_days"]:
                    self.shopping[i] *= words["tet_rush_factor"]

    def times(
        self, rng: np.random.Generator, count: int, kind: str, since: int = 0, until: int | None = None
    ) -> Seconds:
        """``count`` moments between window days ``since`` and ``until`` (inclusive), by the habits of
        ``kind``.
        """
        stop = self.days - 1 if until is None else min(until, self.days - 1)
        since = max(0, min(since, stop))
        weight = (
            self.office if kind == "office" else self.shopping if kind == "shopping" else np.ones(self.days)
        )[since : stop + 1]
        if weight.sum() <= 0:
            weight = np.ones(stop + 1 - since)
        day = rng.choice(len(weight), size=count, p=weight / weight.sum()) + since
        return self.at(rng, day, kind)

    def at(self, rng: np.random.Generator, window_day: NDArray[np.int64], kind: str) -> Seconds:
        """Moments on the given window days, with hours by the habits of ``kind``."""
        hours = np.array(_HOURS[kind], dtype=float)
        hour = rng.choice(24, size=len(window_day), p=hours / hours.sum())
        return (self.first + window_day) * DAY + hour * HOUR + rng.integers(0, HOUR, len(window_day))

    def workday_on_or_after(self, window_day: NDArray[np.int64]) -> NDArray[np.int64]:
        """The first window day not earlier than each that offices work on (may lie beyond the window)."""
        open_days = np.flatnonzero(self.office >= 1.0)
        position = np.searchsorted(open_days, window_day)
        beyond = position >= len(open_days)
        return np.where(beyond, window_day, open_days[np.minimum(position, len(open_days) - 1)])

    def days_of_month(self, day_of_month: int) -> list[int]:
        """Window days that fall on that day of a month."""
        return [i for i, d in enumerate(self.dates) if d.day == day_of_month]

    @property
    def end(self) -> int:
        """The last second of the window."""
        return (self.last + 1) * DAY - 1

    @property
    def start(self) -> int:
        """The first second of the window."""
        return self.first * DAY
