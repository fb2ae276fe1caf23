"""What stands in the landing zone: `<feed>/<sender>/<business_date>/<name>`, with the hash of each file."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from configs.errors import UsageError
from jobs.land.read_manifests import MANIFEST_NAME, Manifest, ManifestEntry, read_manifest
from jobs.land.reject_files import Reason

_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_HASHING_THREADS = 8
_DEPTH = 4


@dataclass(frozen=True)
class LandingFile:
    """One delivered file. `path` is relative to the landing zone; `refusal` says why its place is wrong."""

    feed: str
    path: str
    sender: str
    business_date: date | None
    sha256: str = ""
    bytes: int = 0
    manifest: ManifestEntry | None = None
    manifest_mark: str = ""
    refusal: str = ""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Landing:
    """All files up to a day, and what is not a delivery at all."""

    files: tuple[LandingFile, ...]
    unknown_feeds: tuple[str, ...]
    remarks: tuple[str, ...]


def find_landing(root: Path, feeds: Iterable[str], as_of: date) -> Landing:
    """List and hash the files of known feeds with a business date up to `as_of`, in the order of their paths.

    A file in a wrong place or under a date that is none is listed as well, to be refused by name.
    Raises `UsageError` when the landing zone is missing.
    """
    if not root.is_dir():
        raise UsageError(f"{root}: no such landing folder. Give --landing a folder of <feed>/<sender>/…")
    known = set(feeds)
    unknown, remarks, found = [], [], []
    for place in sorted(root.iterdir()):
        if _is_marker(place.name):
            continue
        if not place.is_dir():
            remarks.append(f"{place.name}: a file beside the feed folders is not read.")
        elif place.name not in known:
            unknown.append(place.name)
        else:
            found += list(_walk_feed(root, place, as_of, remarks))
    with ThreadPoolExecutor(_HASHING_THREADS) as pool:
        files = pool.map(lambda file: _with_hash(root, file), found)
    return Landing(tuple(sorted(files, key=lambda file: file.path)), tuple(unknown), tuple(remarks))


def _is_marker(name: str) -> bool:
    """Hidden files and markers such as `_SUCCESS` are nobody's delivery."""
    return name.startswith((".", "_"))


def _walk_feed(root: Path, feed: Path, as_of: date, remarks: list[str]) -> Iterator[LandingFile]:
    for sender in _entries(feed):
        if not sender.is_dir():
            yield _refused(root, sender, Reason.MISPLACED)
            continue
        for day in _entries(sender):
            if not day.is_dir():
                yield _refused(root, day, Reason.MISPLACED)
                continue
            business_date = _parse_day(day.name)
            if business_date is None:
                yield from _refuse_below(root, day, Reason.BAD_DATE)
            elif business_date <= as_of:
                yield from _walk_day(root, day, business_date, remarks)


def _walk_day(root: Path, day: Path, business_date: date, remarks: list[str]) -> Iterator[LandingFile]:
    manifest = read_manifest(day / MANIFEST_NAME)
    relative = day.relative_to(root)
    names = set()
    for place in _entries(day):
        if place.is_dir():
            yield from _refuse_below(root, place, Reason.MISPLACED)
            continue
        names.add(place.name)
        file = LandingFile(relative.parts[0], f"{relative}/{place.name}", relative.parts[1], business_date)
        yield file if manifest is None else _with_manifest(file, manifest)
    if manifest is not None and not manifest.problem:
        for name in sorted(manifest.entries.keys() - names):
            remarks.append(f"{relative}/{MANIFEST_NAME}: names a file that is not there ({name}).")
        for name in sorted(names - manifest.entries.keys()):
            remarks.append(f"{relative}/{MANIFEST_NAME}: says nothing of {name}; read without it.")


def _with_manifest(file: LandingFile, manifest: Manifest) -> LandingFile:
    refusal = f"{Reason.MANIFEST_UNREADABLE}: {manifest.problem}" if manifest.problem else ""
    return replace(
        file,
        manifest=manifest.entry(file.name),
        manifest_mark=manifest.fingerprint(file.name),
        refusal=refusal,
    )


def _refuse_below(root: Path, folder: Path, reason: Reason) -> Iterator[LandingFile]:
    for place in _entries(folder):
        if place.is_dir() and not place.is_symlink():
            yield from _refuse_below(root, place, reason)
        elif not place.is_dir():
            yield _refused(root, place, reason)


def _refused(root: Path, place: Path, reason: Reason) -> LandingFile:
    parts = place.relative_to(root).parts
    sender = parts[1] if len(parts) > 2 else ""
    expected = "<feed>/<sender>/<YYYY-MM-DD>/<file>"
    day = _parse_day(parts[2]) if len(parts) > _DEPTH else None
    return LandingFile(parts[0], "/".join(parts), sender, day, refusal=f"{reason}: expected {expected}")


def _entries(folder: Path) -> list[Path]:
    return sorted(place for place in folder.iterdir() if not _is_marker(place.name))


def _parse_day(name: str) -> date | None:
    if not _DAY.match(name):
        return None
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


def _with_hash(root: Path, file: LandingFile) -> LandingFile:
    try:
        with (root / file.path).open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
            return replace(file, sha256=digest, bytes=content.tell())
    except OSError as error:
        return replace(file, refusal=f"{Reason.UNREADABLE}: {error.strerror}")
