"""What the DAGs share: how a stage becomes a task, and what happens when one fails."""

import logging
import os
import shlex
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Asset, Context
from airflow.sdk.definitions.deadline import SyncCallback

FEEDS = (
    "bank_accounts",
    "bank_transactions",
    "customs_declarations",
    "enforcement_actions",
    "listings",
    "sellers",
    "shipments",
    "tips",
)


def feed_asset(feed: str) -> Asset:
    """The conformed feed of a business date, as what the ranking waits for."""
    return Asset(name=f"silver_{feed}", uri=f"matluoi://silver/{feed}")


def explain_failure(context: Context) -> None:
    """Say in the log what to do; the previous ranking still stands."""
    logging.getLogger(__name__).error(
        "%s failed; the previous ranking stands. Read the step's log, mend the cause, and clear the task.",
        context["task_instance"].task_id,
    )


def say_late(dag_id: str) -> None:
    """A run passed its deadline: leave a line for whoever watches the log."""
    logging.getLogger(__name__).error("%s is late; see docs/runbook.md, section Late.", dag_id)


def late_alert(dag_id: str) -> SyncCallback:
    """The callback of a DAG's deadline."""
    return SyncCallback(say_late, kwargs={"dag_id": dag_id})


DEFAULTS: dict[str, Any] = {
    "owner": "matluoi",
    "retries": 2,
    "retry_delay": timedelta(minutes=1),
    "execution_timeout": timedelta(hours=2),
    "on_failure_callback": explain_failure,
}


class StageOperator(BashOperator):
    """One stage of the pipeline as a command of `matluoi`; its assets carry the run's date."""

    template_fields: Sequence[str] = (*BashOperator.template_fields, "as_of")

    def __init__(self, *, stage: str, as_of: str, feed: str | None = None, **options: Any) -> None:
        self.as_of = as_of
        only = ["--feed", feed] if feed else []
        command = ["matluoi", "job", stage, "--landing", os.environ.get("MATLUOI_LANDING", "landing"), *only]
        command += ["--home", os.environ.get("MATLUOI_HOME", "home")]
        options.setdefault("task_id", f"{stage}_{feed}" if feed else stage)
        super().__init__(bash_command=f"{shlex.join(command)} --as-of {as_of}", append_env=True, **options)

    def execute(self, context: Context) -> Any:
        result = super().execute(context)
        for asset in self.outlets or []:
            context["outlet_events"][asset].extra = {"as_of": self.as_of}
        return result
