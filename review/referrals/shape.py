"""What a referral says, as plain values: the papers are made from this alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from configs.agencies import Agency, LegalBasis
from configs.errors import MatluoiError
from configs.referrals import Issuer
from review.referrals.sight import may_hold_column


class ReferralError(MatluoiError):
    """The referral may not leave as it is; the message names what is wrong, never a value of it."""


@dataclass(frozen=True, slots=True)
class ReferralMember:
    """One whom follow-up would look at: kind and id of the contract, role in Vietnamese."""

    kind: str
    id: str
    role: str
    name: str | None = None
    province: str | None = None


@dataclass(frozen=True, slots=True)
class Innocent:
    """An innocent explanation that was tested; `holds` is None where it could not be measured."""

    text: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class ReferralReason:
    """One typology: the sign in Vietnamese, its score from 0 to 1, the value concerned in đồng."""

    typology: str
    group: str
    title: str
    text: str
    score: float
    value_vnd: int
    innocent: tuple[Innocent, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferralRecord:
    """A source row: `fields` by column as delivered, its place, and the typologies that it is evidence of."""

    feed: str
    key: str
    typologies: tuple[str, ...]
    fields: Mapping[str, str | None]
    source_file: str
    source_line: int
    happened_on: date | None = None
    amount_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class ReferralLink:
    """What ties two members, as (kind, id), for the picture."""

    source: tuple[str, str]
    target: tuple[str, str]
    kind: Literal["money", "goods", "shared"]
    amount_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: `authority` such as "TL. TRƯỞNG BAN", `title` such as "CHÁNH VĂN PHÒNG"."""

    name: str
    title: str
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """A case as it is handed to one agency.

    `number` is the running number alone ("17"); `detected_on` is when the case was confirmed as suspicious.
    Raises `ReferralError` when it holds what the agency may not see, or rests on no legal basis of its day:
    build it from what `review.referrals.limits.limit` lets through.
    """

    number: str
    issued_on: date
    deadline: date
    agency: Agency
    issuer: Issuer
    signatory: Signatory
    network_id: str
    as_of: date
    rank: int
    score: float
    members: tuple[ReferralMember, ...]
    reasons: tuple[ReferralReason, ...]
    records: tuple[ReferralRecord, ...]
    links: tuple[ReferralLink, ...] = ()
    detected_on: datetime | date | None = None
    copies_to: tuple[str, ...] = ()
    # Shown to whoever is to sign it, and marked as no letter yet.
    draft: bool = False

    def __post_init__(self) -> None:
        seen = self.agency.may_see
        wrong = None
        if not self.legal_basis:
            wrong = f"no legal basis lets {self.agency.id} receive it on {self.issued_on:%Y-%m-%d}"
        elif self.deadline < self.issued_on:
            wrong = "its deadline lies before its date"
        elif not self.reasons:
            wrong = f"it holds no typology that {self.agency.id} takes"
        elif any(reason.group not in self.agency.groups for reason in self.reasons):
            wrong = f"it holds a typology that {self.agency.id} does not take"
        elif any(member.kind not in seen.member_kinds for member in self.members):
            wrong = f"it holds a kind of member that {self.agency.id} may not see"
        elif any(record.feed not in seen.feeds for record in self.records):
            wrong = f"it holds records of a feed that {self.agency.id} may not see"
        elif any(
            not may_hold_column(self.agency, record.feed, column, record.fields)
            for record in self.records
            for column in record.fields
        ):
            wrong = f"it holds a column that {self.agency.id} may not see"
        elif not {end for link in self.links for end in (link.source, link.target)} <= {
            (member.kind, member.id) for member in self.members
        }:
            wrong = "a link leads to somebody who is no member"
        if wrong:
            raise ReferralError(f"The referral of {self.network_id} may not leave: {wrong}.")

    @property
    def legal_basis(self) -> list[LegalBasis]:
        """The sources in force on the day of issue."""
        return self.agency.basis_on(self.issued_on)

    @property
    def code(self) -> str:
        """Number and symbol, as they stand on the paper."""
        return f"{'…' if self.draft else self.number}/{self.issuer.symbol}"

    @property
    def value_vnd(self) -> int:
        """The largest value that one of its reasons concerns: reasons overlap, so they are not added."""
        return max(reason.value_vnd for reason in self.reasons)
