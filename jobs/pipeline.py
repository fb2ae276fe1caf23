"""The one ordered list of what a run does. The command line and the DAGs both read it."""

from collections.abc import Mapping
from typing import Any

from configs.errors import UsageError
from jobs.conform.conform_feeds import conform
from jobs.conform.judge_batches import judge
from jobs.land.land_files import land
from jobs.link.count_identifiers import JOB as COUNT_IDENTIFIERS
from jobs.link.describe_accounts import JOB as DESCRIBE_ACCOUNTS
from jobs.link.resolve_identities import JOB as RESOLVE_IDENTITIES
from jobs.link.sum_money_days import JOB as SUM_MONEY_DAYS
from jobs.link.trace_parcels import JOB as TRACE_PARCELS
from jobs.link.trace_payments import JOB as TRACE_PAYMENTS
from jobs.publish.publish_ranking import publish
from jobs.runtime.job import Job, run_job
from jobs.runtime.steps import Run, Step
from jobs.score.measure_features import JOB as MEASURE_FEATURES
from jobs.score.rank_networks import rank
from jobs.signals.measure_signals import measure_signals


def _job(job: Job) -> Step:
    def action(run: Run) -> Mapping[str, Any]:
        run_job(job, run.lake, run.context)
        return {}

    return Step(job.name, action)


def _begin(run: Run) -> Mapping[str, Any]:
    """Forget what an interrupted run for the same date left on its branch."""
    run.lake.discard()
    return {}


def _land(run: Run) -> Mapping[str, Any]:
    if run.landing is None:
        raise UsageError("the ingest stage needs --landing.")
    return land(run.lake, run.context.settings, run.landing, run.context.as_of, run.feeds).counts()


def _conform(run: Run) -> Mapping[str, Any]:
    return conform(run.lake, run.context.settings, run.feeds, run.context.as_of).counts()


def _judge(run: Run) -> Mapping[str, Any]:
    return judge(run.lake, run.context.settings, run.feeds, run.context.as_of, run.folder / "expectations")


def _measure(run: Run) -> Mapping[str, Any]:
    return {"detections": measure_signals(run.lake, run.context, run.report)}


STAGES: dict[str, list[Step]] = {
    "begin": [Step("begin", _begin)],
    "ingest": [Step("land", _land), Step("conform", _conform)],
    "judge": [Step("judge", _judge)],
    "link": [
        _job(TRACE_PAYMENTS),
        _job(COUNT_IDENTIFIERS),
        _job(RESOLVE_IDENTITIES),
        _job(DESCRIBE_ACCOUNTS),
        _job(TRACE_PARCELS),
        _job(SUM_MONEY_DAYS),
    ],
    "measure": [Step("measure_signals", _measure), _job(MEASURE_FEATURES)],
    "rank": [Step("rank_networks", rank)],
    "publish": [Step("publish", publish)],
}


def steps_of(name: str) -> list[Step]:
    """The steps of a stage, or the one step of that name. Raises `UsageError` for an unknown one."""
    if name in STAGES:
        return STAGES[name]
    for steps in STAGES.values():
        for step in steps:
            if step.name == name:
                return [step]
    raise UsageError(f"there is no job {name}. `matluoi job --list` shows them all.")
