"""The shape of case files, checked line by line: a ranking that breaks the contract is refused whole."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from configs.agencies import Feed, MemberKind
from configs.errors import UsageError

# `exploration.jsonl` came later: homes of an earlier version have none.
FILES = ("networks.jsonl", "explanations.jsonl", "members.jsonl", "links.jsonl", "evidence.jsonl", "run.json")
Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(_Line):
    """A text in both languages."""

    vi: Text
    en: Text


class RecordKey(_Line):
    """A source record by its feed and key."""

    feed: Feed
    key: Text


class MemberLine(_Line):
    """A member as the ranking names it."""

    kind: MemberKind
    id: Text
    role: Text


class TypologyLine(_Line):
    """A typology of a network, with its evidence."""

    id: Text
    score: Share
    value_vnd: int
    evidence: list[RecordKey]


class OutlierReason(_Line):
    """A figure that is unusual among peers."""

    feature: Text
    value: float | None
    typical: float | None
    contribution: float


class Outlier(_Line):
    """How unusual the network's figures are."""

    score: float
    reasons: list[OutlierReason]


class NetworkLine(_Line):
    """One line of `networks.jsonl`, as the contract has it."""

    network_id: Text
    as_of: date
    rank: int = Field(ge=1)
    score: float = Field(ge=0, le=100)
    value_at_stake_vnd: int
    members: list[MemberLine] = Field(min_length=1)
    typologies: list[TypologyLine]
    outlier: Outlier
    agencies: list[Text]
    summary: Bilingual


class Innocent(_Line):
    """An innocent explanation; `holds` is null where it could not be measured."""

    id: Text
    text: Bilingual
    holds: bool | None
    discount: Share


class ReasonLine(_Line):
    """Why a typology counts."""

    typology: Text
    title: Bilingual
    score: Share
    contribution: float
    signal: Text
    value: float | None
    typical: float | None
    tail: float | None
    peers: int | None
    reason: Bilingual
    innocent_explanations: list[Innocent]


class TiedMember(_Line):
    """A member that a circumstance ties."""

    kind: MemberKind
    id: Text


class SharedCircumstance(_Line):
    """What ties members of one network beyond chance; no value where several together do."""

    circumstance: Text
    value: str
    members: list[TiedMember]


class ExplanationLine(_Line):
    """One line of `explanations.jsonl`."""

    network_id: Text
    change: Literal["new", "same", "grew", "shrank", "split", "merged"]
    earlier: list[str]
    reasons: list[ReasonLine]
    ties: list[SharedCircumstance] = []
    outlier_contribution: float


class DescribedMember(_Line):
    """One line of `members.jsonl`."""

    network_id: Text
    kind: MemberKind
    id: Text
    known_as: Text
    name: str | None = None
    province_code: str | None = None


class LinkLine(_Line):
    """One line of `links.jsonl`."""

    network_id: Text
    kind_a: Text
    id_a: Text
    kind_b: Text
    id_b: Text
    tie: Text
    weight: float
    evidence: list[RecordKey] | None


class DrawnLine(_Line):
    """One line of `exploration.jsonl`: a network below the cut that was drawn by lot."""

    network_id: Text
    cut: int = Field(ge=0)
    probability: float = Field(gt=0, le=1)


class EvidenceLine(_Line):
    """One line of `evidence.jsonl`."""

    feed: Feed
    key: Text
    source_file: Text
    source_line: int = Field(ge=1)
    sender: Text
    business_date: date
    event_at: datetime | None
    original: dict[str, str]
    normalised: dict[str, Any]


_L = TypeVar("_L", bound=_Line)


@dataclass(frozen=True)
class CaseFiles:
    """The files of one ranking in a folder."""

    folder: Path

    def check(self) -> None:
        """Raises `UsageError` when a file is missing."""
        for name in FILES:
            if not (self.folder / name).is_file():
                raise UsageError(f"{self.folder.name}/{name}: missing. Publish the ranking again.")

    def fingerprint(self) -> str:
        """SHA-256 over all files but the run's manifest, whose durations differ from run to run."""
        digest = hashlib.sha256()
        for name in FILES[:-1]:
            digest.update(name.encode())
            digest.update((self.folder / name).read_bytes())
        if self._drawn.is_file():
            digest.update(self._drawn.read_bytes())
        return digest.hexdigest()

    def manifest(self) -> dict[str, Any]:
        """What `run.json` says."""
        try:
            content = json.loads((self.folder / "run.json").read_bytes())
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise UsageError(f"{self.folder.name}/run.json: not an object. Publish the ranking again.")
        return content

    def networks(self) -> Iterator[NetworkLine]:
        """Networks, best first."""
        return self._lines("networks.jsonl", NetworkLine)

    def explanations(self) -> Iterator[ExplanationLine]:
        """Reasons by network."""
        return self._lines("explanations.jsonl", ExplanationLine)

    def members(self) -> Iterator[DescribedMember]:
        """Names and provinces of members."""
        return self._lines("members.jsonl", DescribedMember)

    def links(self) -> Iterator[LinkLine]:
        """Ties among members."""
        return self._lines("links.jsonl", LinkLine)

    def evidence(self) -> Iterator[EvidenceLine]:
        """Source rows."""
        return self._lines("evidence.jsonl", EvidenceLine)

    def drawn(self) -> Iterator[DrawnLine]:
        """Networks that were drawn by lot, where the run drew any."""
        return self._lines(self._drawn.name, DrawnLine) if self._drawn.is_file() else iter(())

    @property
    def _drawn(self) -> Path:
        return self.folder / "exploration.jsonl"

    def _lines(self, name: str, shape: type[_L]) -> Iterator[_L]:
        with (self.folder / name).open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    # No database keeps this sign in a text; what came is shown with the mark of a lost one.
                    yield shape.model_validate_json(line.replace(b"\\u0000", b"\\ufffd"))
                except ValidationError as error:
                    first = error.errors()[0]
                    key = ".".join(str(part) for part in first["loc"]) or "(line)"
                    # pydantic's message may quote the value; its kind does not.
                    raise UsageError(
                        f"{self.folder.name}/{name}, line {number}: key {key}: {first['type']}. "
                        "The ranking was refused; publish it again."
                    ) from error
