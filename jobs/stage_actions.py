"""Steps that do more than transform tables: they read the landing zone, judge batches, or measure signals."""

from collections.abc import Mapping
from typing import Any

from configs.errors import UsageError
from jobs.conform.conform_feeds import conform
from jobs.conform.judge_batches import judge
from jobs.land.land_files import land
from jobs.runtime.session import compiled
from jobs.runtime.steps import Run
from jobs.signals.measure_signals import measure_signals


def begin(run: Run) -> Mapping[str, Any]:
    """Forget what an interrupted run for the same date left on its branch, and its step reports."""
    run.lake.discard()
    for report in (run.folder / "steps").glob("*.json"):
        report.unlink()
    return {}


def land_feeds(run: Run) -> Mapping[str, Any]:
    """Landing files that were not seen yet, into bronze."""
    if run.landing is None:
        raise UsageError("the ingest stage needs --landing.")
    report = land(run.lake, run.context.settings, run.landing, run.context.as_of, run.feeds)
    run.lake.fit(run.context.settings)
    for line in report.lines():
        run.report(line)
    return report.counts()


def conform_feeds(run: Run) -> Mapping[str, Any]:
    """Bronze into silver, quarantine and the books."""
    settings = run.context.settings
    with compiled(run.lake.spark, settings.spark):
        return conform(run.lake, settings, run.feeds, run.context.as_of).counts()


def judge_feeds(run: Run) -> Mapping[str, Any]:
    """The gate: expectations on the profile of each batch. Raises `GateError`."""
    return judge(run.lake, run.context.settings, run.feeds, run.context.as_of, run.folder / "expectations")


def measure_all_signals(run: Run) -> Mapping[str, Any]:
    """Every signal over the population."""
    return {"detections": measure_signals(run.lake, run.context, run.report)}
