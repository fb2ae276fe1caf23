"""### Ingest the feeds of a business date

**Purpose.** Every night: landing files that were not seen yet become bronze, silver, quarantine and books,
one task a feed, on the branch of the run. Nothing shows until `rank_networks` publishes it.

**Owner.** The data engineers on duty.

**When a task fails.** A broken file is rejected, a broken row quarantined, and neither fails the task; a
failure means the disk, the catalogue or the program. The log says which. Mend it and clear the task: the same
files give the same rows.

**By hand.** Trigger it with `{"as_of": "2026-03-31"}` to ingest up to another date.
"""

import os
from datetime import timedelta

import pendulum
from airflow.sdk import DAG, Param
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from airflow.timetables.trigger import CronTriggerTimetable

from dags.tasks import DEFAULTS, FEEDS, StageOperator, feed_asset, late_alert

# When the files of a business date have come; empty: only by hand.
NIGHTLY = os.environ.get("MATLUOI_NIGHTLY", "0 1 * * *")
# The night after a business date brings its last files.
YESTERDAY = "{{ dag_run.run_after.in_timezone('Asia/Ho_Chi_Minh').subtract(days=1).to_date_string() }}"
AS_OF = "{{ params.as_of }}"

with DAG(
    dag_id="ingest_feeds",
    doc_md=__doc__,
    schedule=CronTriggerTimetable(NIGHTLY, timezone="Asia/Ho_Chi_Minh") if NIGHTLY else None,
    start_date=pendulum.datetime(2026, 1, 1, tz="Asia/Ho_Chi_Minh"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    params={"as_of": Param(None, type=["null", "string"], format="date", description="Default: yesterday.")},
    deadline=DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=3),
        callback=late_alert("ingest_feeds"),
    ),
    tags=["ingest"],
):
    as_of = "{% if params.as_of %}" + AS_OF + "{% else %}" + YESTERDAY + "{% endif %}"
    begin = StageOperator(stage="begin", as_of=as_of)
    for feed in FEEDS:
        begin >> StageOperator(stage="ingest", feed=feed, as_of=as_of, outlets=[feed_asset(feed)])
