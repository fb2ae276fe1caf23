"""The list of steps is real: every one resolves, every table is written before it is read."""

import pytest

from configs.errors import UsageError
from jobs.pipeline import STAGES, steps_of
from jobs.runtime.job import Job
from jobs.signals.measure_signals import all_signals


@pytest.mark.parametrize("step", [step for steps in STAGES.values() for step in steps], ids=lambda s: s.name)
def test_every_step_can_be_imported(step) -> None:  # type: ignore[no-untyped-def]
    assert callable(step.action())


def test_every_table_is_written_before_it_is_read() -> None:
    from importlib import import_module  # noqa: PLC0415

    written: set[str] = {"links.decisions"}  # by the action record_decisions, not by a Job
    for steps in STAGES.values():
        for step in steps:
            target = getattr(import_module(step.module), step.attribute)
            if isinstance(target, Job):
                missing = {t for t in target.reads.values() if not t.startswith("silver.")} - written
                assert not missing, f"{step.name} reads {missing} too early"
                written |= set(target.writes)
    read = {table for item in all_signals() for table in item.signal.reads.values()}
    # Ingest and its books come first; they are actions and declare no tables.
    ingested = ("silver.", "bronze.", "quarantine.")
    assert {table for table in read if not table.startswith(ingested)} <= written


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UsageError, match="matluoi job --list"):
        steps_of("nonsense")
