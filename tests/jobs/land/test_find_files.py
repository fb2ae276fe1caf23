"""The landing zone: places, dates, markers, manifests, and what is no delivery."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from configs.errors import UsageError
from jobs.land.find_files import LandingFile, find_landing

AS_OF = date(2026, 1, 31)
FEEDS = ("sellers", "tips")


def put(root: Path, path: str, content: bytes = b"a,b\n") -> None:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def found(root: Path) -> dict[str, LandingFile]:
    return {file.path: file for file in find_landing(root, FEEDS, AS_OF).files}


def test_files_up_to_the_day_with_their_hash(tmp_path: Path) -> None:
    put(tmp_path, "sellers/tiki/2026-01-31/a.csv", b"x")
    put(tmp_path, "sellers/tiki/2026-02-01/a.csv")
    file = found(tmp_path)["sellers/tiki/2026-01-31/a.csv"]
    assert (file.feed, file.sender, file.business_date) == ("sellers", "tiki", AS_OF)
    assert (file.sha256, file.bytes, file.refusal) == (hashlib.sha256(b"x").hexdigest(), 1, "")
    assert list(found(tmp_path)) == ["sellers/tiki/2026-01-31/a.csv"]


@pytest.mark.parametrize(
    ("path", "reason", "business_date"),
    [
        ("sellers/a.csv", "misplaced_file", None),
        ("sellers/tiki/a.csv", "misplaced_file", None),
        ("sellers/tiki/2026-01-01/deep/a.csv", "misplaced_file", date(2026, 1, 1)),
        ("sellers/tiki/2026-13-01/a.csv", "bad_folder_date", None),
        ("sellers/tiki/20260101/a.csv", "bad_folder_date", None),
        ("sellers/tiki/2026-1-1/a.csv", "bad_folder_date", None),
    ],
)
def test_wrong_places_are_refused_by_name(
    tmp_path: Path, path: str, reason: str, business_date: date | None
) -> None:
    put(tmp_path, path)
    file = found(tmp_path)[path]
    assert file.refusal.startswith(reason)
    assert file.business_date == business_date


def test_markers_and_strangers(tmp_path: Path) -> None:
    put(tmp_path, "sellers/tiki/2026-01-01/_SUCCESS")
    put(tmp_path, "sellers/tiki/2026-01-01/.hidden.csv")
    put(tmp_path, "parcels/ghn/2026-01-01/a.csv")
    put(tmp_path, "README.txt")
    landing = find_landing(tmp_path, FEEDS, AS_OF)
    assert landing.files == ()
    assert landing.unknown_feeds == ("parcels",)
    assert any("README.txt" in remark for remark in landing.remarks)


def test_manifests_go_with_their_files(tmp_path: Path) -> None:
    put(tmp_path, "tips/389/2026-01-01/a.csv")
    put(tmp_path, "tips/389/2026-01-01/b.csv")
    entries = {"files": [{"name": "a.csv", "rows": 1}, {"name": "gone.csv", "rows": 1}]}
    put(tmp_path, "tips/389/2026-01-01/_manifest.json", json.dumps(entries).encode())
    files = found(tmp_path)
    told = files["tips/389/2026-01-01/a.csv"].manifest
    assert told is not None
    assert told.rows == 1
    assert files["tips/389/2026-01-01/b.csv"].manifest is None
    remarks = find_landing(tmp_path, FEEDS, AS_OF).remarks
    assert len(remarks) == 2
    put(tmp_path, "tips/389/2026-01-01/_manifest.json", b"{")
    assert found(tmp_path)["tips/389/2026-01-01/a.csv"].refusal.startswith("manifest_unreadable")


def test_a_missing_landing_folder_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such landing folder"):
        find_landing(tmp_path / "none", FEEDS, AS_OF)


def test_linked_folders_are_followed(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/tiki/2026-01-01/a.csv")
    root = tmp_path / "landing"
    root.mkdir()
    (root / "sellers").symlink_to(tmp_path / "elsewhere")
    assert list(found(root)) == ["sellers/tiki/2026-01-01/a.csv"]
