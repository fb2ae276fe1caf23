"""The main job end to end, as a user runs it: a simulated landing zone in, an exported ranking out."""

import csv
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain
from math import inf
from pathlib import Path
from typing import Any

import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from configs.sources import load_sources
from jobs.cli.app import app
from jobs.runtime.session import CATALOGUE
from jobs.runtime.steps import run_name
from jobs.simulate.world import simulate

pytestmark = pytest.mark.timeout(1500)
AS_OF = "2026-03-31"
NAMESPACES = ("silver", "quarantine", "links", "flows")
KINDS = {"seller", "account", "person", "company", "phone", "address", "device"}


def matluoi(*arguments: str, **environment: str) -> str:
    command = [sys.executable, "-m", "jobs.cli.app", *arguments]
    result = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr[-2000:]
    return result.stdout


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "tiny"
    simulate(folder, seed=3, size="tiny")
    return folder


def ranking_of(world: Path, folder: Path, **environment: str) -> Path:
    home, out = folder / "home", folder / "out"
    matluoi("run", "--landing", str(world / "landing"), "--home", str(home), "--as-of", AS_OF, **environment)
    matluoi("export", "--home", str(home), "--as-of", AS_OF, "--out", str(out))
    return out


@pytest.fixture(scope="module")
def exported(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ranking_of(world, tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def networks(exported: Path) -> list[dict[str, Any]]:
    lines = (exported / "networks.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_ranking_has_the_form_of_the_contract(networks: list[dict[str, Any]]) -> None:
    assert [network["rank"] for network in networks] == list(range(1, len(networks) + 1))
    scores = [network["score"] for network in networks]
    assert scores == sorted(scores, reverse=True)
    assert len({network["network_id"] for network in networks}) == len(networks) > 0
    for network in networks:
        assert 0 <= network["score"] <= 100
        assert network["members"]
        assert {member["kind"] for member in network["members"]} <= KINDS
        assert network["summary"]["vi"]
        assert network["summary"]["en"]
        assert network["agencies"]
        for typology in network["typologies"]:
            assert typology["evidence"], "no reason without source records"


def test_every_record_of_the_evidence_is_flagged_once(exported: Path, networks: list[dict[str, Any]]) -> None:
    with (exported / "flagged_records.csv").open(encoding="utf-8", newline="") as stream:
        flagged = {tuple(row.values()) for row in csv.DictReader(stream)}
    named = {
        (network["network_id"], typology["id"], record["feed"], record["key"])
        for network in networks
        for typology in network["typologies"]
        for record in typology["evidence"]
    }
    assert flagged == named


def test_the_books_are_those_of_the_world(exported: Path, world: Path) -> None:
    books = json.loads((exported / "run.json").read_text(encoding="utf-8"))["feeds"]
    truth = json.loads((world / "truth" / "books.json").read_text(encoding="utf-8"))
    assert books == truth
    for book in books.values():
        outcomes = ("accepted", "quarantined", "superseded", "exact_duplicates")
        assert book["rows"] == sum(book[name] for name in outcomes)


def test_what_a_run_left_is_ranked_again_as_it_was(exported: Path, world: Path) -> None:
    places = (
        "--home",
        str(exported.parent / "home"),
        "--as-of",
        AS_OF,
        "--truth",
        str(world / "truth"),
        "--json",
    )
    figures = json.loads(matluoi("evaluate", *places, "--list"))
    (listed,) = figures.pop("places")
    assert len(listed["schemes"]) == figures["schemes"]
    found = {scheme["id"] for scheme in listed["schemes"] if (scheme["rank"] or inf) <= figures["k"]}
    assert found == {place["planted"] for place in listed["top"] if place["stands_for"] == "scheme"}
    ablated = json.loads(matluoi("ablate", *places, "--quiet"))
    assert ablated["without"]["(everything)"] == figures
    assert len(ablated["without"]) == 14
    assert set(ablated["leave_one_out"]) == set(figures["recall_by_kind"])


def test_a_rerun_of_the_ranking_changes_nothing(exported: Path) -> None:
    run, again = ("--home", str(exported.parent / "home"), "--as-of", AS_OF), exported.parent / "again"
    matluoi("job", "begin", "rank", "publish", *run)
    matluoi("export", *run, "--out", str(again))
    for name in ("networks.jsonl", "flagged_records.csv"):
        assert (again / name).read_bytes() == (exported / name).read_bytes()


def test_past_runs_are_held_against_the_truth_and_learned_from(exported: Path, world: Path) -> None:
    home, picture = exported.parent / "home", exported.parent / "backtest.svg"
    dates = ("--from", AS_OF, "--to", AS_OF, "--truth", str(world / "truth"), "--out", str(picture), "--json")
    rows = json.loads(matluoi("backtest", "--home", str(home), *dates))["sweeps"]
    assert {row["found"] + row["missed"] for row in rows} == {10}
    assert picture.read_text(encoding="utf-8").count("<svg") == 1
    learned = json.loads(matluoi("learn", "--home", str(home), "--as-of", AS_OF, "--json"))
    # Nothing was decided after the only ranking: the catalogue stands.
    assert (learned["labels"]["confirmed"], learned["multipliers"]) == (0, {})
    assert not learned["comparison"]["favoured"]


# Spark's own engine, as in a large lake.
PLAIN = {"MATLUOI_SPARK__COMET": "off", "MATLUOI_SPARK__SMALL_LAKE_ROWS": "0"}
# A rerun of so few rows is over before compiling has paid.
INTERPRETED = json.dumps(
    {
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        # Nor has planning every query anew after each of its stages, or looking for rows to skip.
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.constraintPropagation.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
    }
)


@pytest.fixture(scope="module")
def plain_job(spark: SparkSession) -> Iterator[Callable[..., None]]:
    """`matluoi job` in a new session of the suite's Java, which by then is warm."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (PLAIN | {"MATLUOI_SPARK__OPTIONS": INTERPRETED}).items():
            patch.setenv(name, value)
        patch.setattr(SparkSession, "_instantiatedSession", spark.newSession())

        def run(*arguments: str) -> None:
            result = CliRunner().invoke(app, ["job", *arguments])
            assert result.exit_code == 0, result.output[-2000:]

        yield run


@pytest.fixture(scope="module")
def two_nights(world: Path, tmp_path_factory: pytest.TempPathFactory, plain_job: Callable[..., None]) -> Path:
    """Home of a run, as far as its links, whose files came in a random order over two nights."""
    folder = tmp_path_factory.mktemp("nights")
    landing, home = folder / "landing", folder / "home"
    files = sorted(path for path in (world / "landing").rglob("*") if path.is_file())
    random.Random(7).shuffle(files)
    run = ("--home", str(home), "--as-of", AS_OF, "--landing", str(landing))
    _deliver(files[: len(files) // 2], world / "landing", landing)
    plain_job("ingest", *run)
    _deliver(files[len(files) // 2 :], world / "landing", landing)
    plain_job("ingest", "judge", "link", *run)
    return home


def test_neither_the_order_of_arrival_nor_engine_nor_partitions_change_a_row(
    exported: Path, two_nights: Path
) -> None:
    at_once = rows_by_table(exported.parent / "home")
    assert all(at_once[f"silver.{feed}"] for feed in load_sources())
    assert at_once["links.operators"]
    assert at_once["flows.payments"]
    assert rows_by_table(two_nights) == at_once


@pytest.mark.engines
def test_neither_engine_nor_partitions_change_the_ranking(
    exported: Path, two_nights: Path, plain_job: Callable[..., None]
) -> None:
    """Every signal measured once more: too long for each change (`make test-engines`)."""
    run, out = ("--home", str(two_nights), "--as-of", AS_OF), two_nights.parent / "out"
    plain_job("measure", "rank", "publish", *run)
    matluoi("export", *run, "--out", str(out))
    assert (out / "networks.jsonl").read_bytes() == (exported / "networks.jsonl").read_bytes()


def _deliver(files: list[Path], source: Path, landing: Path) -> None:
    for path in files:
        target = landing / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def rows_by_table(home: Path) -> dict[str, list[str]]:
    """All rows that ingest accepted, keeps as history or set aside, and what links and flows come of them."""
    catalogue = SqlCatalog(CATALOGUE, uri=f"sqlite:///{home / 'catalogue.db'}")
    unpublished = run_name(date.fromisoformat(AS_OF))
    rows = {}
    for name in chain.from_iterable(map(catalogue.list_tables, NAMESPACES)):
        table = catalogue.load_table(name)
        scan = table.scan().use_ref(unpublished if unpublished in table.refs() else "main")
        kept = scan.to_arrow().to_pylist()
        rows[".".join(name)] = sorted(json.dumps(row, sort_keys=True, default=str) for row in kept)
    return rows
