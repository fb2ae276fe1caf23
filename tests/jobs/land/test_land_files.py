"""The pure parts of landing: shares, names of loads, batches, and what people hear of."""

from datetime import date

import pyarrow as pa

from jobs.land.find_files import LandingFile
from jobs.land.land_files import LandReport, gather_batches, name_load, share_by_size


def file(path: str, size: int = 0, sha256: str = "a") -> LandingFile:
    return LandingFile("tips", path, "desk", date(2026, 1, 1), sha256=sha256, bytes=size)


def test_shares_hold_every_file_once_and_weigh_about_the_same() -> None:
    files = [file(str(number), size) for number, size in enumerate((90_000, 10_000, 50_000, 30_000, 20_000))]
    shares = share_by_size(files, 2)
    assert sorted(one.path for share in shares for one in share) == ["0", "1", "2", "3", "4"]
    assert sorted(sum(one.bytes for one in share) for share in shares) == [100_000, 100_000]
    assert share_by_size(reversed(files), 2) == shares


def test_a_load_is_named_by_its_files_in_no_order() -> None:
    one, two = file("a"), file("b")
    assert name_load([one, two]) == name_load([two, one])
    assert name_load([one, two]) != name_load([one])
    assert name_load([one]) != name_load([file("a", sha256="b")])


def test_batches_are_gathered_without_losing_a_row() -> None:
    sizes = (15_000, 0, 9_000, 7)
    batches = [pa.RecordBatch.from_pydict({"n": pa.array(range(size), pa.int64())}) for size in sizes]
    gathered = list(gather_batches(batches))
    assert [batch.num_rows for batch in gathered] == [24_000, 7]
    assert pa.Table.from_batches(gathered).equals(pa.Table.from_batches(batches).combine_chunks())
    assert list(gather_batches([])) == []


def test_people_hear_of_unknown_feeds_and_rejected_files_and_long_lists_are_cut() -> None:
    report = LandReport(
        seen_files=20,
        new_files={"tips": 20},
        replaced_files=("tips/a/2026-01-01/old.csv",),
        rejected_files={f"tips/{number:02}.csv": "unreadable: not a whole zip file" for number in range(12)},
        unknown_feeds=("parcels",),
        remarks=("a remark",),
        changed_feeds=("tips",),
    )
    lines = report.lines()
    assert "parcels/: unknown feed" in lines[0]
    assert lines[1] == "tips/00.csv: rejected (unreadable: not a whole zip file)."
    assert lines[11].startswith("… and 2 more")
    assert lines[12].startswith("tips/a/2026-01-01/old.csv: delivered anew")
    assert lines[13:] == ["a remark"]
