"""Run a goods signal over a few rows, with the parameters that we ship."""

from collections.abc import Mapping
from datetime import date
from types import ModuleType

import pytest
from pyspark.sql import Row, SparkSession

from configs.catalogue import SignalDefinition, load_catalogue
from configs.settings import Settings
from jobs.link import trace_declarations
from jobs.runtime.job import JobContext
from jobs.runtime.session import as_fitted
from jobs.signals.measure_signals import with_window
from tests.jobs.signals.goods.frames import AS_OF, Measure, Rows, frame


@pytest.fixture(scope="session")
def definitions() -> dict[str, SignalDefinition]:
    return load_catalogue().signals


@pytest.fixture(scope="session")
def measure(spark: SparkSession, definitions: dict[str, SignalDefinition], settings: Settings) -> Measure:
    """Run a signal's transform over rows given by table; what is not given is an empty table.

    Returns its rows by subject. Declarations get their hands as in a run, from `operators`; `changed`
    replaces parameters of the shipped YAML, and the window is the signal's own or that of a run, as in a run.
    """

    def run(
        module: ModuleType,
        changed: Mapping[str, float | str] | None = None,
        as_of: date = AS_OF,
        **tables: Rows,
    ) -> dict[str, Row]:
        frames = {name: frame(spark, name, tables.get(name, ())) for name in module.SIGNAL.reads}
        if module.SIGNAL.reads.get("customs_declarations") == "flows.declarations":
            traced = trace_declarations.transform(
                customs_declarations=frames["customs_declarations"],
                operators=frame(spark, "operators", tables.get("operators", ())),
                context=JobContext(as_of=as_of, settings=settings),
            )
            # As a table, as in a run: signals read it several times, and each would make its plan anew.
            frames["customs_declarations"] = as_fitted(
                spark.createDataFrame(traced.toArrow(), schema=traced.schema)
            )
        shipped = with_window(definitions[module.SIGNAL.id].parameters, settings.window_days)
        parameters = {**shipped, **(changed or {})}
        rows = module.transform(**frames, parameters=parameters, as_of=as_of).collect()
        found = {row.subject_id: row for row in rows}
        assert len(found) == len(rows)
        return found

    return run
