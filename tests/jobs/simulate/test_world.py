"""A world as its readers see it: the same bytes for the same seed, contract columns, truth that can be
looked up.
"""

import csv
import gzip
import hashlib
import io
import json
from datetime import date
from pathlib import Path

import pytest

from configs.errors import UsageError
from configs.sources import default_sources
from jobs.simulate import goods_sheets
from jobs.simulate.parameters import size_named
from jobs.simulate.sheets import Writing
from jobs.simulate.world import live, simulate
from tests.jobs.simulate.conftest import SEED, Told
from tests.jobs.simulate.reckoning import as_declared, read_rows


def _digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tiny: Told, tmp_path: Path) -> None:
    told: list[float] = []
    counts = simulate(tmp_path / "again", SEED, "tiny", progress=lambda _what, share: told.append(share))
    assert _digest(tmp_path / "again") == _digest(tiny.folder)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert counts["counts"]["files"] == tiny.delivered.files


def test_another_seed_gives_another_world(tiny: Told) -> None:
    assert (
        live(SEED + 1, "tiny").payments["amount"][:50].tolist() != tiny.world.payments["amount"][:50].tolist()
    )


def test_size_is_kept(tiny: Told) -> None:
    size = size_named("tiny")
    assert abs(len(tiny.world.payments) / size.payments - 1) < 0.06
    assert abs(len(tiny.world.parcels) / size.parcels - 1) < 0.06
    files = [p for p in (tiny.folder / "landing").rglob("*") if p.is_file() and p.name != "_manifest.json"]
    assert len(files) == tiny.delivered.files <= 300


def test_all_eight_feeds_come_in_contract_columns(tiny: Told) -> None:
    landing = tiny.folder / "landing"
    assert sorted(p.name for p in landing.iterdir()) == sorted(default_sources())
    for feed, source in default_sources().items():
        paths = sorted((landing / feed).rglob("*.csv*"))
        path = next(p for p in paths if p.parent.parent.name not in source.senders and "_loi" not in p.name)
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
        header = next(csv.reader(io.StringIO(text)))
        assert set(header) - {"ghi_chu_noi_bo"} == set(source.columns), path.name


def test_business_dates_lie_in_the_window(tiny: Told) -> None:
    dates = {path.name for path in (tiny.folder / "landing").glob("*/*/*")}
    calendar = tiny.world.calendar
    assert dates <= {d.isoformat() for d in calendar.dates}


def test_every_record_and_member_of_the_truth_can_be_looked_up(tiny: Told) -> None:
    keys: dict[str, set[str]] = {}
    for feed, source in default_sources().items():
        keys[feed] = set()
        for path in (tiny.folder / "landing" / feed).rglob("*"):
            if path.is_file() and not path.name.startswith("_") and "_loi" not in path.name:
                for _, found in read_rows(path):
                    rows = as_declared(found, source, path.parent.parent.name)
                    keys[feed] |= {":".join(str(row.get(c)) for c in source.key) for row in rows if row}
    for name in ("schemes", "lookalikes"):
        for line in (tiny.folder / "truth" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            assert set(entry) == {"scheme_id", "kind", "difficulty", "members", "records", "value_vnd"}
            assert {record["key"] for record in entry["records"]} <= set().union(*keys.values())
            for record in entry["records"]:
                assert record["key"] in keys[record["feed"]]
            for member in entry["members"]:
                if member["kind"] in ("account", "seller"):
                    assert member["id"] in keys["bank_accounts" if member["kind"] == "account" else "sellers"]


def test_scheme_ids_are_distinct_and_world_is_described(tiny: Told) -> None:
    truth = tiny.folder / "truth"
    ids = [
        json.loads(line)["scheme_id"]
        for n in ("schemes", "lookalikes")
        for line in (truth / f"{n}.jsonl").read_text().splitlines()
    ]
    assert len(set(ids)) == len(ids)
    described = json.loads((truth / "world.json").read_text(encoding="utf-8"))
    assert (described["as_of"], described["seed"], described["size"], described["catalogue"]) == (
        "2026-03-31",
        SEED,
        "tiny",
        "a",
    )


def test_wrong_arguments_are_explained(tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    with pytest.raises(UsageError, match="not an empty folder"):
        simulate(tmp_path, 1, "tiny")
    with pytest.raises(UsageError, match="unknown size"):
        simulate(tmp_path / "new", 1, "huge")
    with pytest.raises(UsageError, match="unknown catalogue"):
        simulate(tmp_path / "new", 1, "tiny", catalogue="zz")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("as_of", "modern"), [(date(2025, 3, 31), False), (date(2026, 3, 31), True)])
def test_only_worlds_after_the_merger_know_todays_provinces(as_of: date, modern: bool) -> None:
    world = live(4, "tiny", as_of=as_of)
    assert world.calendar.as_of == as_of
    sheet = goods_sheets.sellers(world, Writing(world))
    contact = world.shops["contact"][sheet.origin]
    before = world.addresses["province"][world.contacts["address"][contact]].tolist()
    district = world.addresses["district"][world.contacts["address"][contact]].tolist()
    codes = sheet.columns["pickup_province_code"].to_pylist()
    addresses = sheet.columns["pickup_address"].to_pylist()
    assert (codes != before) == modern
    whole = [d in a for d, a in zip(district, addresses, strict=True) if "Phường" in a]
    assert (False in whole) == modern
