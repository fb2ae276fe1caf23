"""An archive of the classes that Spark loads at every start: Java maps it instead of reading and checking jars.

`python -m jobs.runtime.class_archive` makes it at installation, by letting a session work a little. It is a matter
of speed alone: Java leaves an archive aside that is not of its own version and class path.
"""

import tempfile
from pathlib import Path

import pyspark
from pyspark import SparkContext
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from configs.settings import load_settings
from jobs.runtime.jars import jars_folder
from jobs.runtime.session import CATALOGUE, open_session


def archive_path() -> Path:
    """Beside the jars, one for each version of Spark."""
    return jars_folder() / f"spark-{pyspark.__version__}.jsa"


def archive_options() -> str:
    """Java's options to start with the archive; none where there is no archive."""
    archive = archive_path()
    return f"-XX:SharedArchiveFile={archive} -Xlog:disable -Xlog:all=error:stderr" if archive.is_file() else ""


def make_archive() -> None:
    """Start a session, have it do what every run does, and keep the classes that it loaded."""
    archive = archive_path()
    archive.unlink(missing_ok=True)
    settings = load_settings()
    with tempfile.TemporaryDirectory(prefix="matluoi_classes_") as folder:
        partial = Path(folder) / archive.name
        options = f"{settings.spark.java_options} -XX:ArchiveClassesAtExit={partial} -Xlog:disable"
        spark = settings.spark.model_copy(update={"java_options": options})
        session = open_session(Path(folder), settings.model_copy(update={"spark": spark}))
        _work(session)
        session.stop()
        _end_java()
        archive.write_bytes(partial.read_bytes())


def _work(session: SparkSession) -> None:
    """A table is written to the lake and read, joined, ranked and summed."""
    rows = session.range(1000).select("id", (F.col("id") % 7).alias("group"), F.lit("a").alias("text"))
    session.sql(f"CREATE NAMESPACE IF NOT EXISTS {CATALOGUE}.archive")
    rows.writeTo(f"{CATALOGUE}.archive.rows").using("iceberg").createOrReplace()
    table = session.table(f"{CATALOGUE}.archive.rows")
    sums = table.groupBy("group").agg(F.sum("id").alias("total"), F.collect_set("text").alias("texts"))
    place = F.row_number().over(Window.partitionBy("group").orderBy("id"))
    table.join(sums, "group").withColumn("place", place).filter("place < 3").toPandas()


def _end_java() -> None:
    """Java writes the archive when it ends, which it does when nobody speaks to it any more."""
    gateway = SparkContext._gateway
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(timeout=120)


if __name__ == "__main__":
    make_archive()
