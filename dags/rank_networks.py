"""### Link, measure, rank and publish

**Purpose.** When all feeds of a business date are conformed: judge the batches, link identities, measure the
signals, rank the networks, and publish everything that the run wrote at once.

**Owner.** The data engineers on duty; the head of the review unit is told when a ranking is late.

**When a task fails.** The previous ranking still stands. `judge` fails when the records did not pass a gate
(exit code 3): read `runs/<date>/expectations`, talk to the sender, ingest again. It is not tried again by
itself.

**By hand.** Trigger it with `{"as_of": "2026-03-31"}` after `ingest_feeds` has run for that date.
"""

from datetime import timedelta

import pendulum
from airflow.sdk import DAG, Param
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from dags.tasks import DEFAULTS, FEEDS, StageOperator, feed_asset, late_alert

EVENT = "(triggering_asset_events.values() | first | last)"
AS_OF = "{% if params.as_of %}{{ params.as_of }}{% else %}{{ " + EVENT + ".extra['as_of'] }}{% endif %}"

with DAG(
    dag_id="rank_networks",
    doc_md=__doc__,
    schedule=[feed_asset(feed) for feed in FEEDS],
    start_date=pendulum.datetime(2026, 1, 1, tz="Asia/Ho_Chi_Minh"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    params={"as_of": Param(None, type=["null", "string"], format="date", description="Default: the feeds'.")},
    deadline=DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=3),
        callback=late_alert("rank_networks"),
    ),
    tags=["ranking"],
):
    judge = StageOperator(stage="judge", as_of=AS_OF, retries=0)
    link = StageOperator(stage="link", as_of=AS_OF)
    measure = StageOperator(stage="measure", as_of=AS_OF)
    rank = StageOperator(stage="rank", as_of=AS_OF)
    publish = StageOperator(stage="publish", as_of=AS_OF)
    judge >> link >> measure >> rank >> publish
