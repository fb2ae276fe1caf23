"""The rules of a feed: those that its columns imply, and those that its YAML adds."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from configs.errors import ConfigurationError
from configs.settings import explain_validation, read_yaml
from configs.sources import Column, Source, Wording

EXPECTATIONS_FOLDER = Path(__file__).parent
WORDINGS_FILE = EXPECTATIONS_FOLDER / "columns.yml"

_Model = TypeVar("_Model", bound=BaseModel)
Severity = Literal["reject_row", "fail_batch", "warn"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Part):
    """One row rule. `holds` is a Spark SQL condition over the typed columns; null counts as held.

    `of_withdrawals` says whether the rule binds `record_action = delete` too, which may leave all columns but
    the key empty.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    severity: Severity
    reason: Wording
    holds: str = Field(min_length=1)
    of_withdrawals: bool = True


class Bounds(_Part):
    """The range in which a figure must lie; both ends belong to it."""

    at_least: float | None = None
    at_most: float | None = None


class Gate(Bounds):
    """A figure of a batch profile, its range, and what happens outside it (`fail_batch` or `warn`)."""

    id: str
    figure: str
    severity: Literal["fail_batch", "warn"]
    reason: Wording


class Gates(_Part):
    """`expectations/gates.yml`: what is asked of every feed."""

    least_rows: int = Field(ge=1)
    least_files: int = Field(ge=1)
    gates: tuple[Gate, ...]
    each_rule: Bounds


class FeedExpectations(_Part):
    """`expectations/feeds/<feed>.yml`."""

    feed: str
    rules: tuple[Rule, ...] = ()
    limits: dict[str, Bounds] = {}


class TableExpectations(_Part):
    """`expectations/tables/<table>.yml`."""

    table: str
    rules: tuple[Rule, ...]


class ColumnWordings(_Part):
    """`expectations/columns.yml`: reasons of the rules that a column's own statement implies."""

    row_shape: Wording
    required: Wording
    integer: Wording
    decimal: Wording
    date: Wording
    timestamp: Wording
    enum: Wording
    event_after_delivery: Wording


@lru_cache(maxsize=1)
def column_wordings() -> ColumnWordings:
    return _validated(ColumnWordings, WORDINGS_FILE)


def load_feed(feed: str, folder: Path = EXPECTATIONS_FOLDER / "feeds") -> FeedExpectations:
    """The YAML of one feed. Raises `ConfigurationError` naming file and key."""
    path = folder / f"{feed}.yml"
    loaded = _validated(FeedExpectations, path)
    if loaded.feed != feed:
        raise ConfigurationError(f"{path}: key feed: says {loaded.feed}; it must be the file's name.")
    return loaded


def load_gates(feed: FeedExpectations, path: Path = EXPECTATIONS_FOLDER / "gates.yml") -> Gates:
    """The gates of one feed: those of every feed, with the limits that it overrides."""
    common = _validated(Gates, path)
    unknown = sorted(feed.limits.keys() - {gate.id for gate in common.gates})
    if unknown:
        raise ConfigurationError(f"expectations/feeds/{feed.feed}.yml: key limits: no gate {unknown[0]}.")
    gates = tuple(
        gate.model_copy(update=feed.limits[gate.id].model_dump()) if gate.id in feed.limits else gate
        for gate in common.gates
    )
    return common.model_copy(update={"gates": gates})


def load_tables(folder: Path = EXPECTATIONS_FOLDER / "tables") -> list[TableExpectations]:
    """All table expectations, in the order of their files."""
    return [_validated(TableExpectations, path) for path in sorted(folder.glob("*.yml"))]


def row_rules(source: Source, added: Iterable[Rule]) -> list[Rule]:
    """All row rules of a feed, in the order in which they are reported. Ids are unique.

    The conditions of implied rules see `<column>` (typed, null when it could not be read), `raw.<column>` (as
    it came) and `shape_error`, `event_day`, `business_date`.
    """
    rules = [*_implied_rules(source), *added]
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise ConfigurationError(
                f"expectations/feeds/{source.feed}.yml: key rules: {rule.id} stands twice."
            )
        seen.add(rule.id)
    return rules


def _implied_rules(source: Source) -> list[Rule]:
    words = column_wordings()
    # A row that could not be split breaks this rule alone: its columns are unknown, not missing.
    rules = [_rejecting("row_shape", words.row_shape, "shape_error IS NULL")]
    for name, column in source.columns.items():
        rules += _column_rules(name, column, is_key=name in source.key)
    rules.append(_rejecting("event_after_delivery", words.event_after_delivery, "event_day <= business_date"))
    return rules


def _column_rules(name: str, column: Column, *, is_key: bool) -> list[Rule]:
    words = column_wordings()
    rules = []
    if column.required:
        present = f"shape_error IS NOT NULL OR coalesce(trim(raw.`{name}`), '') <> ''"
        rules.append(_rejecting(f"{name}_required", words.required, present, name, of_withdrawals=is_key))
    if column.type != "string":
        readable = f"`{name}` IS NOT NULL OR raw.`{name}` IS NULL"
        if column.required:
            # What is blank breaks the rule before, and only that.
            readable += f" OR trim(raw.`{name}`) = ''"
        rules.append(_rejecting(f"{name}_{column.type}", getattr(words, column.type), readable, name))
    return rules


def _rejecting(
    identifier: str, wording: Wording, holds: str, column: str = "", *, of_withdrawals: bool = True
) -> Rule:
    reason = Wording(vi=wording.vi.format(column=column), en=wording.en.format(column=column))
    return Rule(
        id=identifier, severity="reject_row", reason=reason, holds=holds, of_withdrawals=of_withdrawals
    )


def _validated(model: type[_Model], path: Path) -> _Model:
    try:
        return model.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigurationError(explain_validation(path, error)) from error
