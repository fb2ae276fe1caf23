"""What the interface for programs says of one case."""

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from review.api.queue import CaseLine
from review.api.shapes import DecisionShape


class MemberShape(Schema):
    """A member, its id masked where it is a personal number; acts and ties name it by its `number`."""

    number: int
    kind: str
    id: str
    role: str
    name: str | None
    province_code: str | None
    watched: bool


class ReasonShape(Schema):
    """A typology with what was measured, its part in the score, and the innocent explanations tested."""

    typology: str
    title: dict[str, str]
    score: float
    contribution: float
    part: float
    value_vnd: int
    signal: str
    value: float | None
    typical: float | None
    tail: float | None
    peers: int | None
    reason: dict[str, str]
    records: int
    innocent_explanations: list[dict[str, Any]]


class OutlierShape(Schema):
    """Figures that are unusual among peers; the desk's alone."""

    score: float
    contribution: float
    part: float
    reasons: list[dict[str, Any]]


class TieShape(Schema):
    """What holds two members together, by their numbers, and how many records show it."""

    a: int
    b: int
    tie: str
    weight: float
    records: int


class Circumstance(Schema):
    """Something that members share; its value is masked."""

    circumstance: str
    value: str


class SharedShape(Schema):
    """What these members share beyond chance."""

    members: list[int]
    circumstances: list[Circumstance]


class OverlapShape(Schema):
    """Another case in which some of the members are."""

    network_id: str
    rank: int
    state: str
    members: list[int]


class TipShape(Schema):
    """A report in its own words, numbers masked; `record` is the number of its source row."""

    record: int
    event_at: datetime | None
    said: str


class CommentShape(Schema):
    """A note, or a question."""

    by: str
    at: datetime
    text: str
    asks: bool


class SuppressionShape(Schema):
    """How long, why and by whom a case is kept out of the queue."""

    id: int
    network_id: str
    by: str
    at: datetime
    until: date
    reason: str


class LinkWordShape(Schema):
    """A word on links that stands; `pairs` were judged with it. `id` takes them back."""

    id: int
    verdict: str
    kinds: list[str]
    pairs: int
    by: str
    at: datetime
    reason: str


class VersionShape(Schema):
    """What one ranking said. The lot's cut and chance are the desk's alone."""

    as_of: date
    rank: int
    score: float
    value_vnd: int
    members: int
    drawn_cut: int | None
    drawn_chance: float | None


class CaseShape(CaseLine):
    """A case whole, but for its source rows and its picture. `revision` goes into the next act on it."""

    revision: int
    as_of: date
    first_seen: date
    snoozed_until: date | None
    changes: list[str] = Field(description="What changed since this person looked last, page or program")
    summary: dict[str, str]
    next_step: str
    watched: bool
    suggested_agencies: list[str]
    members: list[MemberShape]
    hidden_members: int
    reasons: list[ReasonShape]
    outlier: OutlierShape | None
    ties: list[TieShape]
    shared: list[SharedShape]
    overlaps: list[OverlapShape]
    tips: list[TipShape]
    records: int
    decisions: list[DecisionShape]
    comments: list[CommentShape]
    suppressions: list[SuppressionShape]
    link_words: list[LinkWordShape]
    versions: list[VersionShape]
