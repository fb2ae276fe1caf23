"""The one Spark session of a process, with Iceberg and (where it can) Comet."""

import logging
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from pyspark.sql import DataFrame, SparkSession

from configs.settings import Settings, SparkSettings, read_yaml
from jobs.runtime.jars import jar_paths

CATALOGUE = "lake"
_SPARK_FOLDER = Path(__file__).resolve().parents[2] / "configs" / "spark"
LOGGING_FILE = _SPARK_FOLDER / "log4j2.properties"
SMALL_FILE = _SPARK_FOLDER / "small.yml"
_MIB = 1024 * 1024
_FUNCTIONS = "org.apache.spark.sql.functions"
# Names of Java that PySpark looks up for columns, with the methods that it then calls most.
_JAVA_NAMES = {
    "functions": ("col", "lit", "coalesce", "when", "struct", "round", "sum", "count", "min", "max", "size"),
    "PythonUtils": ("toSeq",),
    "PythonSQLUtils": ("unresolvedNamedLambdaVariable", "lambdaFunction", "fn"),
    "org.apache.spark.sql.expressions.Window": ("partitionBy", "orderBy"),
}
_OTHER_SYSTEMS = ("yarn.", "mapreduce.")


def comet_is_on(settings: SparkSettings) -> bool:
    """Comet's native library exists for Linux only; `auto` follows that."""
    return settings.comet == "on" or (settings.comet == "auto" and platform.system() == "Linux")


def _share_of_memory(share: float, least_mb: int, most_mb: int) -> int:
    total_mb = psutil.virtual_memory().total // _MIB
    return int(min(max(total_mb * share, least_mb), most_mb))


def memory_plan(settings: SparkSettings) -> tuple[int, int]:
    """(heap, off-heap) in MiB for this machine."""
    heap = _share_of_memory(settings.memory_share, settings.heap_min_mb, settings.heap_max_mb)
    off_heap = _share_of_memory(settings.off_heap_share, settings.off_heap_min_mb, settings.off_heap_max_mb)
    return heap, off_heap


def catalogue_options(home: Path, settings: Settings) -> dict[str, str]:
    """Spark options of the Iceberg JDBC catalogue: SQLite in the home, or the PostgreSQL of the settings."""
    prefix = f"spark.sql.catalog.{CATALOGUE}"
    warehouse = settings.lake.warehouse or (home / "lake").as_uri()
    options = {
        prefix: "org.apache.iceberg.spark.SparkCatalog",
        f"{prefix}.type": "jdbc",
        f"{prefix}.warehouse": warehouse,
        f"{prefix}.jdbc.schema-version": "V1",
        f"{prefix}.cache-enabled": "false",
    }
    if settings.lake.catalogue_url:
        url = settings.lake.catalogue_url
        address = url.removeprefix("postgresql://")
        credentials, _, place = address.rpartition("@")
        user, _, password = credentials.partition(":")
        options[f"{prefix}.uri"] = f"jdbc:postgresql://{place}"
        options[f"{prefix}.jdbc.user"] = user
        options[f"{prefix}.jdbc.password"] = password or os.environ.get("PGPASSWORD", "")
    else:
        options[f"{prefix}.uri"] = f"jdbc:sqlite:file:{home / 'catalogue.db'}"
    return options


def comet_options(off_heap_mb: int) -> dict[str, str]:
    """Options that hand joins, aggregates, scans and shuffles to Comet."""
    return {
        "spark.plugins": "org.apache.spark.CometPlugin",
        "spark.shuffle.manager": "org.apache.spark.sql.comet.execution.shuffle.CometShuffleManager",
        "spark.comet.exec.shuffle.enabled": "true",
        "spark.comet.scan.icebergNative.enabled": "true",
        "spark.memory.offHeap.enabled": "true",
        "spark.memory.offHeap.size": f"{off_heap_mb}m",
    }


def open_session(home: Path, settings: Settings, application: str = "matluoi") -> SparkSession:
    """Start (or return) the session. `home` must exist; it receives Spark's scratch files too."""
    # Workers would otherwise take the first python3 on PATH.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    # Each thread of Java and of Comet would keep a pool of native memory of its own, outside all our limits.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    # Comet's native side logs past Spark's configuration: its hints are for its own developers.
    os.environ.setdefault("COMET_LOG_LEVEL", "error")
    jars = [str(path) for path in jar_paths()]
    heap_mb, off_heap_mb = memory_plan(settings.spark)
    scratch = home / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    options = {
        "spark.jars": ",".join(jars),
        "spark.driver.extraClassPath": ":".join(jars),
        "spark.driver.memory": f"{heap_mb}m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": (
            f"{settings.spark.java_options} -Dlog4j2.configurationFile={LOGGING_FILE.as_uri()}"
        ),
        "spark.local.dir": str(scratch),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Each relation that is broadcast takes a page of the heap: 64 MiB where Spark chooses the size.
        "spark.buffer.pageSize": "1m",
        # Work is done off the heap; what is kept in it goes to disk before it fills the old generation.
        "spark.memory.fraction": "0.35",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(settings.spark.shuffle_partitions),
        "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.python.worker.reuse": "true",
        # Spark writes every plan out for its pages, which are not shown; nor do its errors need whole plans.
        "spark.sql.ui.explainMode": "simple",
        "spark.sql.maxPlanStringLength": "0",
        "spark.sql.debug.maxToStringFields": "1",
        # Every column would carry its Python call site into every plan: a third of the time of making plans.
        "spark.python.sql.dataFrameDebugging.enabled": "false",
    }
    options |= catalogue_options(home, settings)
    if comet_is_on(settings.spark):
        options |= comet_options(off_heap_mb)
    options |= settings.spark.options
    builder = SparkSession.builder.master(settings.spark.master).appName(application)
    for key, value in options.items():
        builder = builder.config(key, value)
    logging.getLogger("py4j").setLevel(logging.ERROR)
    spark = builder.getOrCreate()
    _remember_java_names(spark)
    _forget_other_systems(spark)
    return spark


def _remember_java_names(spark: SparkSession) -> None:
    """PySpark asks Java for these names with every column, and each time Java searches all of its jars."""
    java = spark._jvm
    for name, methods in _JAVA_NAMES.items():
        remembered = getattr(java, name)
        for method in methods:
            setattr(remembered, method, getattr(remembered, method))
        setattr(java, name, remembered)
    setattr(java, _FUNCTIONS, java.functions)  # type: ignore[union-attr]


def name_jobs(spark: SparkSession, name: str) -> None:
    """What this thread runs from here on carries the name.

    Spark would otherwise look through the stack of calls for one, for each of the steps of each plan.
    """
    for form in ("callSite.short", "callSite.long"):
        spark.sparkContext.setLocalProperty(form, name)


def _forget_other_systems(spark: SparkSession) -> None:
    """Drop Hadoop's defaults for YARN and MapReduce, which nothing here runs on.

    Iceberg writes all of Hadoop's configuration, some thousand entries, into every scan of every query.
    """
    hadoop = spark.sparkContext._jsc.hadoopConfiguration()  # type: ignore[attr-defined]
    entries = hadoop.iterator()
    names = [entries.next().getKey() for _ in range(hadoop.size())]
    for name in names:
        if name.startswith(_OTHER_SYSTEMS):
            hadoop.unset(name)


def fit_session(spark: SparkSession, settings: SparkSettings, landed_rows: int) -> None:
    """Have the session work as `configs/spark/small.yml` says while the lake is small, else as it started.

    Options that the settings name stay as they are.
    """
    small = read_yaml(SMALL_FILE)["options"]
    started_with = spark.sparkContext.getConf()
    for key in small.keys() - settings.options.keys():
        _set(spark, key, small[key] if landed_rows <= settings.small_lake_rows else started_with.get(key))


@contextmanager
def compiled(spark: SparkSession, settings: SparkSettings) -> Iterator[None]:
    """For steps that take every row through many expressions: compiling those pays in a small lake too."""
    small = read_yaml(SMALL_FILE)["options"]
    started_with = spark.sparkContext.getConf()
    keys = [key for key in small.keys() - settings.options.keys() if key.startswith("spark.sql.codegen.")]
    fitted = {key: spark.conf.get(key) for key in keys}
    for key in keys:
        _set(spark, key, started_with.get(key))
    try:
        yield
    finally:
        for key in keys:
            _set(spark, key, fitted[key])


def _set(spark: SparkSession, key: str, value: str | None) -> None:
    if value is None:
        spark.conf.unset(key)
    else:
        spark.conf.set(key, value)


def as_fitted(frame: DataFrame) -> DataFrame:
    """The frame as one partition where the session keeps tables so, else as it is.

    To be said again after what makes Spark forget it (a full outer join, a union): rows that Spark does not
    know to be together are shuffled before each join, aggregate and window.
    """
    return frame.coalesce(1) if _keeps_one_partition(frame) else frame


def gathered_by(frame: DataFrame, key: str) -> DataFrame:
    """The frame with all rows of a key in one partition; where the session keeps one, all rows are."""
    return frame.coalesce(1) if _keeps_one_partition(frame) else frame.repartition(key)


def _keeps_one_partition(frame: DataFrame) -> bool:
    return frame.sparkSession.conf.get("spark.matluoi.onePartition", "false") == "true"
