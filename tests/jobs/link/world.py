"""Run the link jobs over hand-made silver tables, in their order, without a lake."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from jobs.link import count_identifiers, gather_usages, match_people, resolve_identities
from jobs.link.record_decisions import DECISIONS_DDL
from jobs.runtime.job import Job, JobContext, check_schema
from tests.frames import frame
from tests.jobs.link.conftest import SILVER, Rows


@dataclass
class Linked:
    """What the link jobs made of a small world."""

    tables: dict[str, DataFrame]

    def rows(self, table: str) -> list[dict[str, Any]]:
        return [row.asDict(recursive=True) for row in self.tables[table].collect()]

    def operator(self) -> dict[tuple[str, str], str]:
        return {(row["kind"], row["id"]): row["operator_id"] for row in self.rows("links.operators")}

    def hands(self, kind: str = "seller") -> set[frozenset[str]]:
        """The members of one kind, grouped by operator."""
        groups: dict[str, set[str]] = {}
        for (member_kind, identifier), operator in self.operator().items():
            if member_kind == kind:
                groups.setdefault(operator, set()).add(identifier)
        return {frozenset(group) for group in groups.values()}


def run(job: Job, tables: dict[str, DataFrame], context: JobContext) -> dict[str, DataFrame]:
    """One job as the runtime runs it, contract check included; what it writes is kept in memory."""
    result = job.transform(**{name: tables[table] for name, table in job.reads.items()}, context=context)
    frames = result if isinstance(result, dict) else {next(iter(job.writes)): result}
    assert frames.keys() == job.writes.keys()
    return {table: _kept(check_schema(table, made, job.writes[table])) for table, made in frames.items()}


def _kept(made: DataFrame) -> DataFrame:
    return made.sparkSession.createDataFrame(made.toArrow(), made.schema)


def link(spark: SparkSession, context: JobContext, decisions: Rows | None = None, **feeds: Rows) -> Linked:
    """Silver rows by feed (those not named are empty) through the jobs up to the operators."""
    tables = {}
    for feed, ddl in SILVER.items():
        numbered = [
            {"record_key": f"{feed}:{number}", "event_day": date(2026, 3, 1), **row}
            for number, row in enumerate(feeds.get(feed, []))
        ]
        tables[f"silver.{feed}"] = frame(spark, ddl, numbered)
    tables["links.decisions"] = frame(spark, DECISIONS_DDL, decisions or [])
    for job in (gather_usages.JOB, count_identifiers.JOB, match_people.JOB, resolve_identities.JOB):
        tables |= run(job, tables, context)
    return Linked(tables)
