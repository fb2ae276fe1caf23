"""Read the published tables without Spark: pyiceberg on the same catalogue, into Arrow."""

from datetime import date
from pathlib import Path

import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.expressions import EqualTo

from configs.errors import UsageError
from configs.settings import Settings
from jobs.runtime.session import CATALOGUE


def open_catalogue(home: Path, settings: Settings) -> SqlCatalog:
    """The catalogue that the Spark jobs write."""
    home = home.resolve()
    if settings.lake.catalogue_url:
        uri = settings.lake.catalogue_url.replace("postgresql://", "postgresql+psycopg2://")
    else:
        database = home / "catalogue.db"
        if not database.is_file():
            raise UsageError(f"{home}: no lake there. Run `matluoi run --home {home.name} …` first.")
        uri = f"sqlite:///{database}"
    warehouse = settings.lake.warehouse or (home / "lake").as_uri()
    return SqlCatalog(CATALOGUE, uri=uri, warehouse=warehouse, init_catalog_tables="false")


def read_ranking(home: Path, settings: Settings, table: str, as_of: date) -> pa.Table:
    """Rows of a ranking table for one date. Raises `UsageError` when no run was published for it."""
    catalogue = open_catalogue(home, settings)
    try:
        rows = catalogue.load_table(table).scan(row_filter=EqualTo("as_of", as_of)).to_arrow()
    except NoSuchTableError:
        rows = None
    if not (home / "runs" / as_of.isoformat() / "run.json").is_file() or rows is None:
        raise UsageError(f"no ranking was published for {as_of}. Run `matluoi run --as-of {as_of} …` first.")
    return rows
