"""Measure every signal of the catalogue over the population: `signals.detections`."""

import importlib
import pkgutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import to_arrow_schema

import jobs.signals
from configs.catalogue import shipped_catalogue
from configs.errors import ConfigurationError
from jobs.runtime.job import JobContext, check_schema
from jobs.runtime.lake import Lake
from jobs.runtime.session import name_jobs
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal

DETECTIONS = "signals.detections"
# More than the cores: planning one signal overlaps with running another.
_SIDE_BY_SIDE = 4


@dataclass(frozen=True)
class SignalModule:
    """A signal with the transform that measures it."""

    signal: Signal
    transform: Callable[..., DataFrame]


def all_signals() -> list[SignalModule]:
    """Every module under `jobs/signals/` that has a `SIGNAL`, by id. Each needs its YAML."""
    found = []
    for entry in pkgutil.walk_packages(jobs.signals.__path__, jobs.signals.__name__ + "."):
        module = importlib.import_module(entry.name)
        if hasattr(module, "SIGNAL"):
            found.append(SignalModule(module.SIGNAL, module.transform))
    found.sort(key=lambda item: item.signal.id)
    missing = [item.signal.id for item in found if item.signal.id not in shipped_catalogue().signals]
    if missing:
        raise ConfigurationError(f"configs/signals: {', '.join(missing)} without a YAML file. Write it.")
    return found


def with_window(parameters: Parameters, run_days: int) -> Parameters:
    """The parameters with `window_days`: as far as the run looks back, or further if the signal says so."""
    return {**parameters, "window_days": max(run_days, int(parameters.get("window_days", 0)))}


def naming_somebody(found: pa.Table) -> pa.Table:
    """Detections without those that name no member.

    Parcels of a sender of whom no feed tells a shop, a phone or an account give nobody to look at.
    """
    return found.filter(pc.greater(pc.list_value_length(found["members"]), 0))


def measure_signals(lake: Lake, context: JobContext, progress: Callable[[str], None]) -> int:
    """Run all signals side by side and commit their rows at once. Returns the number of detections."""
    modules = all_signals()
    names = sorted({table for item in modules for table in item.signal.reads.values()})
    tables = {name: lake.read(name) for name in names}
    definitions = shipped_catalogue().signals

    empty = lake.frame([], SIGNAL_DDL)
    # Signals differ in what Spark proves to be never null; the table does not.
    form = to_arrow_schema(empty.schema)

    def measure(item: SignalModule) -> pa.Table:
        name_jobs(lake.spark, item.signal.id)
        frames = {argument: tables[table] for argument, table in item.signal.reads.items()}
        parameters = with_window(definitions[item.signal.id].parameters, context.settings.window_days)
        rows = item.transform(**frames, parameters=parameters, as_of=context.as_of)
        checked = check_schema(f"signal {item.signal.id}", rows, SIGNAL_DDL)
        measured = naming_somebody(checked.toArrow().cast(form))
        progress(f"{item.signal.id}: {measured.num_rows}")
        return measured

    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        parts = list(pool.map(measure, modules))
    # The signals share ledgers that they keep in memory.
    lake.spark.catalog.clearCache()
    detections = pa.concat_tables(parts).sort_by([("signal", "ascending"), ("subject_id", "ascending")])
    lake.replace(DETECTIONS, lake.spark.createDataFrame(detections, schema=empty.schema))
    return int(detections.num_rows)
