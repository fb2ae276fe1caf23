"""The one ordered list of what a run does. The command line and the DAGs both read it.

A step names the module that does it and is imported when it runs: reading the list costs nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from configs.errors import UsageError

if TYPE_CHECKING:
    from jobs.runtime.steps import Run


@dataclass(frozen=True)
class Step:
    """A named part of a stage: a `JOB`, or an action `(run) -> counts for the manifest`."""

    name: str
    module: str
    attribute: str = "JOB"

    def action(self) -> "Callable[[Run], Mapping[str, Any]]":
        """What to call with the run."""
        target = getattr(import_module(self.module), self.attribute)
        if self.attribute != "JOB":
            return target  # type: ignore[no-any-return]
        run_job = import_module("jobs.runtime.job").run_job

        def run_declared_job(run: "Run") -> Mapping[str, Any]:
            run_job(target, run.lake, run.context)
            return {}

        return run_declared_job


STAGES: dict[str, list[Step]] = {
    "begin": [Step("begin", "jobs.stage_actions", "begin")],
    "ingest": [
        Step("land", "jobs.stage_actions", "land_feeds"),
        Step("conform", "jobs.stage_actions", "conform_feeds"),
    ],
    "judge": [Step("judge", "jobs.stage_actions", "judge_feeds")],
    "link": [
        Step("record_decisions", "jobs.link.record_decisions", "record"),
        Step("gather_usages", "jobs.link.gather_usages"),
        Step("count_identifiers", "jobs.link.count_identifiers"),
        Step("match_people", "jobs.link.match_people"),
        Step("resolve_identities", "jobs.link.resolve_identities"),
        Step("describe_accounts", "jobs.link.describe_accounts"),
        Step("trace_payments", "jobs.link.trace_payments"),
        Step("trace_parcels", "jobs.link.trace_parcels"),
        Step("trace_declarations", "jobs.link.trace_declarations"),
        Step("sum_money_days", "jobs.link.sum_money_days"),
    ],
    "measure": [
        Step("measure_signals", "jobs.stage_actions", "measure_all_signals"),
        Step("measure_features", "jobs.score.measure_features"),
    ],
    "rank": [Step("rank_networks", "jobs.score.rank_networks", "rank")],
    "publish": [Step("publish", "jobs.publish.publish_ranking", "publish")],
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
