"""The reasons of a case as the page sets them against the innocent explanations."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from review.access.permissions import Sight
from review.cases.records import Case, Reason

# What speaks for the network stands first, then what nobody could measure, then what the records refute.
_ORDER: dict[bool | None, int] = {True: 0, None: 1, False: 2}


@dataclass(frozen=True)
class ShownReason:
    """A reason with its part in what is shown of the score, its records, and what speaks against it."""

    reason: Reason
    part: float
    records: int
    innocent: list[dict[str, Any]]


@dataclass(frozen=True)
class ShownReasons:
    """All reasons that somebody may see; `outlier_part` is the unusual figures' part in the score."""

    rows: list[ShownReason]
    outlier_part: float

    @property
    def held(self) -> Mapping[bool | None, int]:
        """How many innocent explanations hold, could not be measured, do not hold."""
        return Counter(item["holds"] for row in self.rows for item in row.innocent)

    @property
    def holding(self) -> int:
        """How many innocent explanations hold."""
        return self.held[True]

    @property
    def not_measured(self) -> int:
        """How many nobody could measure."""
        return self.held[None]

    @property
    def refuted(self) -> int:
        """How many do not hold."""
        return self.held[False]


def shown_reasons(case: Case, sight: Sight, records: Mapping[str, int]) -> ShownReasons:
    """The reasons that may be seen. `records` counts the records of each typology.

    Parts are those of what is shown, so that they tell nothing of what is not.
    """
    reasons = [reason for reason in case.reasons.all() if sight.typology(reason.typology)]
    outlier = case.outlier_contribution if sight.whole else 0.0
    total = sum(reason.contribution for reason in reasons) + outlier or 1.0
    rows = [
        ShownReason(
            reason,
            reason.contribution / total,
            records.get(reason.typology, 0),
            sorted(reason.innocent, key=lambda item: _ORDER[item["holds"]]),
        )
        for reason in reasons
    ]
    return ShownReasons(rows, outlier / total)
