"""The lake: Iceberg tables that are written on a branch, audited there, and published together.

A run names its branch. Until `publish`, readers of `main` see nothing of it; `discard` forgets it. Whoever
opens the lake with the same branch (another task of the same run) reads what the branch holds.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
from py4j.protocol import Py4JJavaError
from pyspark.errors import IllegalArgumentException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType, _parse_datatype_string

from configs.errors import MatluoiError
from configs.settings import Settings
from configs.sources import default_sources
from jobs.runtime.session import CATALOGUE, as_fitted, fit_session, open_session

_DICTIONARY_BYTES = 64 * 1024


class Lake:
    """Read and write tables by their name `namespace.table`, on one branch; or read them as of a tag."""

    def __init__(
        self, spark: SparkSession, home: Path, branch: str | None = None, tag: str | None = None
    ) -> None:
        self.spark = spark
        self.home = home
        self.branch = branch
        self.tag = tag

    @classmethod
    def open(
        cls, home: Path, settings: Settings, branch: str | None = None, tag: str | None = None
    ) -> "Lake":
        home.mkdir(parents=True, exist_ok=True)
        lake = cls(open_session(home.resolve(), settings), home.resolve(), branch, tag)
        lake.fit(settings)
        return lake

    def fit(self, settings: Settings) -> None:
        """Fit the session to the rows that have landed: to be called when they may have become many."""
        landed = sum(self._rows(f"bronze.{feed}") for feed in default_sources())
        fit_session(self.spark, settings.spark, landed)

    def exists(self, name: str) -> bool:
        return self.spark.catalog.tableExists(f"{CATALOGUE}.{name}")

    def snapshot(self, name: str) -> int | None:
        """Id of the snapshot that `read` would return; None when the table is missing or empty."""
        references = self._references(name)
        return references.get(self.branch or "main", references.get("main"))

    def read(self, name: str) -> DataFrame:
        """The table as of the tag, or as this run sees it: its branch where it wrote one, else `main`."""
        if self.tag:
            return self.read_tagged(name, self.tag)
        reader = self.spark.read
        if self.branch and self.branch in self._references(name):
            reader = reader.option("branch", self.branch)
        return as_fitted(reader.table(f"{CATALOGUE}.{name}"))

    def read_tagged(self, name: str, tag: str) -> DataFrame:
        """The table as a published run left it (its tag is the run's name); empty where it had no rows."""
        if tag not in self._references(name):
            return as_fitted(self.spark.read.table(f"{CATALOGUE}.{name}").limit(0))
        return as_fitted(self.spark.read.option("versionAsOf", tag).table(f"{CATALOGUE}.{name}"))

    def frame(self, rows: Iterable[tuple[Any, ...]], ddl: str) -> DataFrame:
        """A small frame from Python tuples, by way of Arrow, with exactly the types of `ddl`."""
        schema = _parse_datatype_string(ddl)
        arrow = to_arrow_schema(schema)
        columns = list(zip(*rows, strict=True)) or [() for _ in arrow]
        arrays = [
            pa.array(list(values), type=field.type) for values, field in zip(columns, arrow, strict=True)
        ]
        return self.spark.createDataFrame(pa.table(arrays, schema=arrow), schema=schema)

    def create(self, name: str, schema: StructType, partition_by: Iterable[str] = ()) -> None:
        """Create the table when it is missing; columns that it lacks are added, so that code may grow."""
        full = f"{CATALOGUE}.{name}"
        if self.spark.catalog.tableExists(full):
            known = self.spark.table(full).columns
            added = [f"`{f.name}` {f.dataType.simpleString()}" for f in schema if f.name not in known]
            if added:
                self.spark.sql(f"ALTER TABLE {full} ADD COLUMNS ({', '.join(added)})")
        else:
            namespace = name.partition(".")[0]
            self.spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {CATALOGUE}.{namespace}")
            keys = list(partition_by)
            columns = ", ".join(f"`{field.name}` {field.dataType.simpleString()}" for field in schema)
            partitions = f" PARTITIONED BY ({', '.join(keys)})" if keys else ""
            # Rows reach a writer task in no order; small worlds want few files.
            distribution = "hash" if keys else "none"
            # A statement, not a write of no rows: it costs a tenth, and a home has some fifty tables.
            self.spark.sql(
                f"CREATE TABLE IF NOT EXISTS {full} ({columns}) USING iceberg{partitions} TBLPROPERTIES ("
                f"'format-version'='2', 'write.parquet.compression-codec'='zstd', "
                # Columns of ids outgrow any dictionary, and what was entered until then is written anew.
                f"'write.parquet.dict-size-bytes'='{_DICTIONARY_BYTES}', "
                f"'write.distribution-mode'='{distribution}')"
            )

    def replace(self, name: str, frame: DataFrame) -> None:
        """Replace the whole table."""
        self.create(name, frame.schema)
        self._write(name, frame, "TRUE")

    def replace_partitions(self, name: str, frame: DataFrame, partition_by: list[str]) -> None:
        """Replace the partitions that `frame` holds; a rerun of the same partition changes nothing."""
        self.create(name, frame.schema, partition_by)
        frame.writeTo(self._target(name)).overwritePartitions()

    def replace_where(self, name: str, frame: DataFrame, condition: str) -> None:
        """Replace the rows that match `condition`, which must name whole partitions."""
        self._write(name, frame, condition)

    def publish(self, tag: str | None = None) -> list[str]:
        """Fast-forward `main` of every table that has the run's branch; tag what the run leaves behind."""
        published = []
        for name in self.tables():
            references = self._references(name)
            if self.branch and self.branch in references:
                if references.get("main") != references[self.branch]:
                    self._fast_forward(name, self.branch)
                    published.append(name)
                self._iceberg(name).manageSnapshots().removeBranch(self.branch).commit()
            if tag and "main" in self._references(name):
                self._tag(name, tag)
        return published

    def discard(self) -> None:
        """Forget what the run wrote; `main` stays as it was."""
        for name in self.tables():
            if self.branch and self.branch in self._references(name):
                self._iceberg(name).manageSnapshots().removeBranch(self.branch).commit()

    def tables(self) -> list[str]:
        """All tables of the lake, sorted."""
        names = []
        for space in self.spark.sql(f"SHOW NAMESPACES IN {CATALOGUE}").collect():
            found = self.spark.sql(f"SHOW TABLES IN {CATALOGUE}.{space.namespace}").collect()
            names += [f"{space.namespace}.{table.tableName}" for table in found]
        return sorted(names)

    def _fast_forward(self, name: str, branch: str) -> None:
        try:
            self._iceberg(name).manageSnapshots().fastForwardBranch("main", branch).commit()
        except IllegalArgumentException as error:
            if "not an ancestor" not in str(error):
                raise
            raise MatluoiError(
                f"{name}: another run was published after this one began; nothing more was published. "
                "Run this date again from the start."
            ) from error

    def _tag(self, name: str, tag: str) -> None:
        references = self._references(name)
        if references.get(tag) == references.get("main"):
            return
        change = self._iceberg(name).manageSnapshots()
        current = references["main"]
        (change.replaceTag(tag, current) if tag in references else change.createTag(tag, current)).commit()

    def _write(self, name: str, frame: DataFrame, condition: str) -> None:
        frame.writeTo(self._target(name)).overwrite(F.expr(condition))

    def _target(self, name: str) -> str:
        if not self.branch:
            return f"{CATALOGUE}.{name}"
        if self.branch not in self._references(name):
            self._create_branch(name, self.branch)
        return f"{CATALOGUE}.{name}.branch_{self.branch}"

    def _create_branch(self, name: str, branch: str) -> None:
        try:
            self._iceberg(name).manageSnapshots().createBranch(branch).commit()
        except (IllegalArgumentException, Py4JJavaError):
            # Another task of the run may have created it since we looked; then all is well.
            if branch not in self._references(name):
                raise

    def _rows(self, name: str) -> int:
        """Rows of the snapshot that `read` would return, as Iceberg counted them when it was written."""
        snapshot = self.snapshot(name)
        if snapshot is None:
            return 0
        return int(self._iceberg(name).snapshot(snapshot).summary().get("total-records"))

    def _iceberg(self, name: str) -> Any:
        """The table through Iceberg's Java interface: references change in milliseconds, without a query."""
        util = self.spark._jvm.org.apache.iceberg.spark.Spark3Util  # type: ignore[union-attr]
        return util.loadIcebergTable(self.spark._jsparkSession, f"{CATALOGUE}.{name}")

    def _references(self, name: str) -> dict[str, int]:
        if not self.spark.catalog.tableExists(f"{CATALOGUE}.{name}"):
            return {}
        references = self._iceberg(name).refs()
        # By an array: the end of a Java iterator is an exception, which PySpark takes long to translate.
        return {key: references.get(key).snapshotId() for key in references.keySet().toArray()}
