"""Limits of the review application: `configs/review.yml`."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from configs.errors import ConfigurationError
from configs.settings import explain_validation, read_yaml

REVIEW_FILE = Path(__file__).with_name("review.yml")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class QueueLimits(_Part):
    """How much one page holds."""

    page_rows: int = Field(gt=0, le=200)
    evidence_page_rows: int = Field(gt=0, le=200)
    first_members: int = Field(gt=0)
    pictured_records: int = Field(gt=0)


class AccessLimits(_Part):
    """When a sign-in is refused and a session ends."""

    failed_sign_ins: int = Field(gt=0)
    lockout_minutes: int = Field(gt=0)
    session_minutes: int = Field(gt=0)
    password_length: int = Field(ge=8)
    search_hours: int = Field(gt=0)
    second_factor_roles: tuple[
        Literal["viewer", "investigator", "approver", "administrator", "auditor"], ...
    ] = ()


class WorkLimits(_Part):
    """Deadlines, and how long something may be put aside."""

    decide_within_working_days: int = Field(gt=0)
    snooze_days_max: int = Field(gt=0)
    suppression_days_max: int = Field(gt=0)
    reason_length: int = Field(gt=0)


class ReachLimits(_Part):
    """How much of a masked number shows."""

    masked_tail: int = Field(ge=0, le=4)


class ReviewLimits(_Part):
    """Everything in `review.yml`."""

    queue: QueueLimits
    access: AccessLimits
    work: WorkLimits
    reach: ReachLimits


@lru_cache(maxsize=1)
def review_limits(file: Path = REVIEW_FILE) -> ReviewLimits:
    """The limits. Raises `ConfigurationError` naming the file and the key."""
    try:
        return ReviewLimits.model_validate(read_yaml(file))
    except ValidationError as error:
        raise ConfigurationError(explain_validation(file.name, error)) from error
