"""The catalogue: signals, the typologies that weigh them, and the rules of the ranking, all YAML.

One file an item, its name the key. An unknown key, an unknown signal, a band with a gap or a missing
language fails the load with the file and the key.
"""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from configs.errors import ConfigurationError
from configs.settings import explain_validation, read_yaml

ROOT = Path(__file__).parent
Share = Annotated[float, Field(ge=0, le=1)]


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(_Item):
    """One text in the two languages of the review."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)


class InnocentExplanation(_Item):
    """A lawful reason for the same picture, and how far it lowers the strength where it holds.

    `of_subject`: it says who the subject is, so it explains what every signal of the typology says of it.
    """

    id: str
    text: Bilingual
    discount: Share
    of_subject: bool = False


class SignalDefinition(_Item):
    """What a signal measures, in words, with the parameters of its measurement."""

    id: str
    title: Bilingual
    unit: str
    source: str | list[str]
    parameters: dict[str, float | int | str]
    innocent_explanations: list[InnocentExplanation] = Field(default_factory=list)


class Band(_Item):
    """Half-open interval [from, to) of a signal's value; `points` from 0 (nothing) to 1 (damning)."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    start: float = Field(alias="from")
    end: float | None = Field(alias="to")
    points: Share
    reason: Bilingual


class WeighedSignal(_Item):
    """A signal as one typology sees it."""

    signal: str
    weight: Share
    bands: list[Band] = Field(min_length=1)

    @model_validator(mode="after")
    def _bands_have_no_gaps(self) -> "WeighedSignal":
        for lower, upper in zip(self.bands, self.bands[1:], strict=False):
            if lower.end != upper.start:
                raise ValueError(
                    f"band of {self.signal} ends at {lower.end}, the next begins at {upper.start}"
                )
            if upper.points < lower.points:
                raise ValueError(f"points of {self.signal} fall at {upper.start}; higher must not weigh less")
        if self.bands[-1].end is not None:
            raise ValueError(f"the last band of {self.signal} must have `to: null`")
        return self


class Typology(_Item):
    """A mechanism of smuggling, counterfeiting or trade fraud, and the signals that show it."""

    id: str
    title: Bilingual
    plain: Bilingual
    sources: list[str] = Field(min_length=1)
    innocent_explanations: list[InnocentExplanation] = Field(min_length=1)
    signals: list[WeighedSignal] = Field(min_length=1)
    agencies: list[str] = Field(min_length=1)
    group: Literal["payments", "customs", "logistics", "listings", "joins", "collusion"]
    valid_from: date | None
    valid_to: date | None

    def is_valid_on(self, day: date) -> bool:
        """Whether the typology applies on `day` (law by date)."""
        after_start = self.valid_from is None or self.valid_from <= day
        return after_start and (self.valid_to is None or day <= self.valid_to)


class RankingRules(_Item):
    """How detections become networks and networks a ranking; see `ranking.yml` for the meaning of each."""

    join_floor: Share
    merge_floor: Share
    report_floor: Share
    max_members: int = Field(gt=1)
    contact_kinds: list[str]
    contact_roles: list[str]
    outlying_roles: list[str]
    pattern_roles: list[str]
    told_members: int = Field(ge=1)
    told_centres: int = Field(ge=1)
    agent_roles: list[str]
    hub_detections: int = Field(gt=1)
    hub_detections_account: int = Field(gt=1)
    join_share: Share
    lone_tie_members: int = Field(ge=1)
    same_parties_least: int = Field(gt=1)
    receiving_roles: list[str]
    same_goods_share: Share
    bystander_counterparties: int = Field(gt=0)
    customer_partners: float = Field(ge=1)
    customer_sums: float = Field(ge=1)
    repaid_least: float = Field(gt=0, le=1)
    bystander_ratio: float = Field(ge=0)
    body_least: int = Field(gt=0)
    fan_most: int = Field(gt=0)
    names_per_phone: float = Field(ge=1)
    holders_from: int = Field(gt=1)
    holders_share: Share
    tie_false_share: Share
    tie_declaration_days: int = Field(gt=0)
    tie_officer_share: Share
    tie_account_share: Share
    tie_goods_users: int = Field(ge=2)
    tie_member_share: Share
    tie_contacts: list[str]
    tie_contact_users: int = Field(ge=1)
    tie_several: list[str]
    tie_several_users: int = Field(ge=2)
    tie_several_only: list[str]
    tie_always: dict[str, list[str]]
    tie_never: dict[str, list[str]]
    crowd_capacity: int = Field(gt=0)
    crowd_least: int = Field(gt=0)
    crowd_share_most: Share
    crowd_share_of_peers: Share
    crowd_exponent: float = Field(ge=0)
    crowd_found_exponent: float = Field(ge=0)
    ordinary_share: Share
    ordinary_peers: int = Field(gt=0)
    ordinary_exponent: float = Field(ge=0)
    further_witness_share: Share
    same_witness_share: Share
    who_typologies: list[str]
    lone_share: Share
    lone_feeds: int = Field(ge=2)
    lone_contact_users: int = Field(ge=2)
    door_parcels: int = Field(ge=1)
    door_share: Share
    door_own_share: Share
    lone_counterpart_lines: int = Field(ge=1)
    partner_accounts_most: int = Field(ge=0)
    partner_share: Share
    partner_own_share: Share
    partner_payments: int = Field(ge=1)
    partner_types: list[str]
    outlier_weight: Share
    evidence_limit: int = Field(gt=0)
    supporting_share: Share
    supporting_evidence: int = Field(gt=0)
    same_network_overlap: Share
    weekly_capacity: int = Field(gt=0)
    exploration_share: Share
    # Learned from outcomes, by typology; not in the YAML, but taken from the home where the settings say so.
    multipliers: dict[str, float] = Field(default_factory=dict)

    @property
    def untying_roles(self) -> frozenset[str]:
        """Roles of members that join nothing."""
        return frozenset((*self.outlying_roles, *self.pattern_roles))


class Catalogue(_Item):
    """Everything that the weighing needs, checked against itself."""

    signals: dict[str, SignalDefinition]
    typologies: dict[str, Typology]
    ranking: RankingRules


_T = TypeVar("_T", bound=BaseModel)


def _load(path: Path, model: type[_T]) -> _T:
    try:
        return model.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigurationError(explain_validation(f"{path.parent.name}/{path.name}", error)) from error


def _load_folder(folder: Path, model: type[_T]) -> dict[str, _T]:
    items: dict[str, _T] = {}
    for path in sorted(folder.glob("*.yml")):
        item = _load(path, model)
        if getattr(item, "id") != path.stem:  # noqa: B009 - every catalogue item has an id
            raise ConfigurationError(
                f"{folder.name}/{path.name}: key id: must be the file's name, {path.stem}."
            )
        items[path.stem] = item
    return items


def load_catalogue(root: Path = ROOT) -> Catalogue:
    """Read and cross-check the catalogue. Raises `ConfigurationError`."""
    signals = _load_folder(root / "signals", SignalDefinition)
    typologies = _load_folder(root / "typologies", Typology)
    agencies = {path.stem for path in (root / "agencies").glob("*.yml")}
    for name, typology in typologies.items():
        for weighed in typology.signals:
            if weighed.signal not in signals:
                raise ConfigurationError(
                    f"typologies/{name}.yml: key signals: there is no signals/{weighed.signal}.yml. "
                    "Correct the name."
                )
        strangers = sorted(set(typology.agencies) - agencies)
        if strangers:
            raise ConfigurationError(
                f"typologies/{name}.yml: key agencies: there is no agencies/{strangers[0]}.yml. "
                "Correct the name."
            )
    return Catalogue(
        signals=signals, typologies=typologies, ranking=_load(root / "ranking.yml", RankingRules)
    )


@lru_cache(maxsize=1)
def shipped_catalogue() -> Catalogue:
    """The catalogue beside the code."""
    return load_catalogue()
