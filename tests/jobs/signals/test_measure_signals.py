"""How far back a signal looks, and which of its detections count."""

import pyarrow as pa
import pytest

from jobs.signals.measure_signals import naming_somebody, with_window


@pytest.mark.parametrize(
    ("own", "days"),
    [
        ({"window_days": 365}, 365),
        ({"window_days": 30}, 90),  # the run's own window is the least
        ({}, 90),
    ],
)
def test_a_signal_looks_back_as_far_as_the_run_or_further(own: dict[str, int], days: int) -> None:
    given = {"least_lines": 4, **own}

    assert with_window(given, 90) == {"least_lines": 4, "window_days": days}
    assert given == {"least_lines": 4, **own}  # the catalogue's own stay as they are


def test_a_detection_that_names_nobody_does_not_count() -> None:
    phone = {"kind": "phone", "id": "+84901234567", "role": "phone"}
    found = pa.table({"subject_id": ["masked", "known"], "members": [[], [phone]]})

    assert naming_somebody(found)["subject_id"].to_pylist() == ["known"]
