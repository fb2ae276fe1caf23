"""A detection: one row of a signal, as the weighing sees it."""

from dataclasses import dataclass
from typing import NamedTuple


class Member(NamedTuple):
    """Kind and id in the form of the published ranking."""

    kind: str
    id: str

    @property
    def is_abroad(self) -> bool:
        """Whether this is an account at a bank abroad: two letters of a BIC name its country (ISO 9362)."""
        bank, _, _ = self.id.partition(":")
        return self.kind == "account" and len(bank) in (8, 11) and bank[4:6] not in ("VN", "")


class Record(NamedTuple):
    """A source record: feed, and its key columns joined with a colon."""

    feed: str
    key: str


@dataclass(frozen=True)
class Detection:
    """What a signal measured on one subject.

    `value` is higher when worse; `typical` is the peers' median, `tail` the share of `peers` at least as
    high. `members` act together by the records in `evidence`; `explanations` maps an innocent explanation
    to whether it holds.
    """

    signal: str
    subject: Member
    value: float
    typical: float
    tail: float
    peers: int
    support: int
    value_vnd: int
    members: tuple[tuple[Member, str], ...]
    evidence: tuple[Record, ...]
    explanations: dict[str, bool]


@dataclass(frozen=True)
class WeighedDetection:
    """A detection with what each typology makes of it: `points` by typology, after crowding and discounts."""

    detection: Detection
    points: dict[str, float]
    reasons: dict[str, tuple[str, str]]

    @property
    def strength(self) -> float:
        """The most that any typology makes of it, from 0 to 1."""
        return max(self.points.values(), default=0.0)
