"""Shapes of the lexicons that code relies on; one without a shape is checked for its source alone."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Digits = Annotated[str, Field(pattern=r"^[0-9]+$")]
ProvinceCode = Annotated[str, Field(pattern=r"^[0-9]{2}$")]
Word = Annotated[str, Field(min_length=1)]


class Lexicon(BaseModel):
    """What every lexicon says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Word
    verified: bool


class Replacement(BaseModel):
    """A written form (regular expression over folded text) and what we keep of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    written: Word
    kept: str


class Phones(Lexicon):
    country_code: Digits
    mobile_ranges: list[Digits]
    mobile_changes_2018: dict[Digits, Digits]
    area_codes: list[Digits]
    hotline_prefixes: list[Digits]
    placeholders: list[Digits]
    repeated_digits: int = Field(ge=4)
    extension_words: list[Word]

    @model_validator(mode="after")
    def changes_lead_to_mobiles(self) -> Self:
        for old, new in self.mobile_changes_2018.items():
            if not new.startswith(tuple(self.mobile_ranges)):
                raise ValueError(f"mobile_changes_2018.{old} leads to {new}, which is in no mobile range")
        return self


class PersonalNumbers(Lexicon):
    place_prefix: Digits
    foreign_place_from: int
    foreign_place_to: int
    foreign_places_verified: bool
    century_digits: list[Digits]


class Bank(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Word
    bic: Annotated[str, Field(pattern=r"^[A-Z]{6}[A-Z0-9]{2}$")]
    bin: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    aliases: list[Word]


class Banks(Lexicon):
    prefixes: list[Word]
    banks: dict[Annotated[str, Field(pattern=r"^[A-Z]+$")], Bank]


class Province(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    code: ProvinceCode
    name: Word
    tier: Literal["city", "province"]
    region: Literal["north", "centre", "south"]
    era: Literal[63, 34]
    absorbed_by: ProvinceCode | None = None
    borders: list[Literal["CN", "LA", "KH"]]
    valid_from: date
    valid_to: date | None = None


class Provinces(Lexicon):
    provinces: list[Province]

    @model_validator(mode="after")
    def eras_fit(self) -> Self:
        current = {province.code: province.region for province in self.provinces if province.era == 34}
        for province in self.provinces:
            if province.era == 63 and province.absorbed_by not in current:
                raise ValueError(f"province {province.code}: absorbed_by names no province of the 34")
            # So that a code, which does not tell its era, has one region.
            if province.region != current[province.absorbed_by or province.code]:
                raise ValueError(f"province {province.code}: absorbed_by names one of another region")
            if province.valid_to is not None and province.valid_to < province.valid_from:
                raise ValueError(f"province {province.code}: valid_to lies before valid_from")
        starts = {province.valid_from for province in self.provinces if province.era == 34}
        if len(starts) != 1:
            raise ValueError("the provinces of the 34 must all begin on one day")
        return self


class SurnameShares(Lexicon):
    shares_percent: dict[Word, Annotated[float, Field(gt=0, lt=100)]]


class Names(Lexicon):
    company_forms: list[Replacement]
    company_marks: list[Word]
    household_marks: list[Word]
    institution_words: list[Word]
    public_bodies: list[Word]
    company_words: list[Replacement]
    trade_fields: list[Word]
    titles: list[Word]
    surname_shares: SurnameShares


class Abbreviations(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    dotted: dict[Word, Word]
    plain: dict[Word, Word]
    phrases: dict[Word, Word]


class Addresses(Lexicon):
    abbreviations: Abbreviations
    numbered: dict[Word, Word]
    room: Word
    dropped_before_names: list[Word]
    dropped_before_numbers: list[Word]
    numbered_parts: list[Word]
    lettered_parts: list[Word]
    dropped_at_end: list[Word]
    aliases_at_end: dict[Word, Word]
    placeholders: list[Word]


SHAPES: Mapping[str, type[Lexicon]] = {
    "phones": Phones,
    "personal_numbers": PersonalNumbers,
    "banks": Banks,
    "provinces": Provinces,
    "names": Names,
    "addresses": Addresses,
}
