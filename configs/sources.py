"""What each feed looks like, and how a sender may deviate from it: `configs/sources/<feed>.yml`."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from configs.errors import ConfigurationError
from configs.settings import explain_validation, read_yaml

SOURCES_FOLDER = Path(__file__).with_name("sources")

ColumnType = Literal["string", "integer", "decimal", "date", "timestamp", "enum"]
Encoding = Literal["utf-8", "tcvn3", "cp1258", "utf-16"]
FeedName = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Wording(_Part):
    """One text in both languages of the house."""

    vi: str
    en: str


class Column(_Part):
    """One contract column. `values` belongs to enums alone."""

    type: ColumnType
    required: bool = False
    values: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _values_belong_to_enums(self) -> "Column":
        if (self.type == "enum") != bool(self.values):
            raise ValueError("an enum lists its values, and nothing else does")
        return self


class SenderFormat(_Part):
    """How one sender writes its CSV files; the default is the contract. Parquet and XML are never changed."""

    encoding: Encoding = "utf-8"
    decimal_mark: Literal[".", ","] = "."
    thousands_mark: Literal["", ".", ",", " "] = ""
    date_order: Literal["ymd", "dmy", "mdy"] = "ymd"
    renamed_columns: dict[str, str] = {}

    @model_validator(mode="after")
    def _marks_differ(self) -> "SenderFormat":
        if self.decimal_mark == self.thousands_mark:
            raise ValueError("decimal_mark and thousands_mark are the same sign")
        return self

    def number_pattern(self, whole: bool) -> str:
        """Regular expression of a number as this sender writes it (both Java and RE2 read it).

        A whole number may carry one zero or two after the mark, as programs write a column that has gaps;
        three might be meant as thousands.
        """
        integer = r"\d+"
        if self.thousands_mark:
            integer = rf"(\d+|\d{{1,3}}({re.escape(self.thousands_mark)}\d{{3}})+)"
        digits = "0{1,2}" if whole else r"\d+"
        fraction = rf"({re.escape(self.decimal_mark)}{digits})?"
        return rf"^[+-]?{integer}{fraction}$"


class PaymentMessages(_Part):
    """What ISO 20022 messages leave open, decided once for the feed that accepts them."""

    default_channel: str
    foreign_channel: str
    home_currency: str
    home_country: str
    declaration_document_types: tuple[str, ...]


class Source(_Part):
    """One feed. The key columns are in the order of the contract."""

    feed: FeedName
    title: Wording
    sender_kind: str
    key: tuple[str, ...] = Field(min_length=1)
    event_time: str
    control: str | None = None
    columns: dict[str, Column]
    payment_messages: PaymentMessages | None = None
    senders: dict[str, SenderFormat] = {}

    @model_validator(mode="after")
    def _names_exist(self) -> "Source":
        named = [*self.key, self.event_time, *([self.control] if self.control else [])]
        named += [ours for form in self.senders.values() for ours in form.renamed_columns.values()]
        for name in named:
            if name not in self.columns:
                raise ValueError(f"{name} is not among the columns")
        for name in self.key:
            if not self.columns[name].required:
                raise ValueError(f"key column {name} must be required")
        if self.columns[self.event_time].type not in ("date", "timestamp"):
            raise ValueError(f"event_time {self.event_time} must be a date or a timestamp")
        if self.control and self.columns[self.control].type not in ("integer", "decimal"):
            raise ValueError(f"control {self.control} must be a number")
        return self

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, column in self.columns.items() if column.required)

    def format_of(self, sender: str) -> SenderFormat:
        return self.senders.get(sender, SenderFormat())


def load_source(path: Path) -> Source:
    """One feed. Raises `ConfigurationError` naming the file and the key."""
    try:
        source = Source.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigurationError(explain_validation(path, error)) from error
    if source.feed != path.stem:
        raise ConfigurationError(f"{path}: key feed: says {source.feed}; it must be the file's name.")
    return source


def load_sources(folder: Path = SOURCES_FOLDER) -> dict[str, Source]:
    """All feeds by name, in alphabetical order."""
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        raise ConfigurationError(f"{folder}: holds no <feed>.yml. Reinstall the configuration.")
    return {path.stem: load_source(path) for path in paths}


@lru_cache(maxsize=1)
def default_sources() -> dict[str, Source]:
    """The shipped feeds."""
    return load_sources()
