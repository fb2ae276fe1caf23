"""Compressed landing files, opened with suspicion: a hostile archive is refused before it is unpacked."""

import gzip
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from configs.settings import LandingSettings
from jobs.land.reject_files import FileRejected, Reason

_MIB = 1024 * 1024
_ENCRYPTED = 0x1
_MEMBER_ENDINGS = (".csv", ".csv.gz", ".parquet", ".xml", ".xml.gz")


def gunzip(content: bytes, limits: LandingSettings) -> bytes:
    """The content of a gzip file. Raises `FileRejected` when it is damaged or swells beyond the limits."""
    most = min(limits.max_member_mb * _MIB, len(content) * limits.max_compression_ratio)
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            plain = packed.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FileRejected(Reason.UNREADABLE, "not a whole gzip file") from error
    if len(plain) > most:
        raise FileRejected(Reason.HOSTILE_ARCHIVE, "the gzip file swells beyond the configured limits")
    return plain


def read_members(content: bytes, limits: LandingSettings) -> Iterator[tuple[str, bytes]]:
    """(name, content) of each landing file in a zip, in the order of their names.

    Marker files (`_…`, `.…`, `__MACOSX/…`) are passed over. Raises `FileRejected` for anything that is not a
    flat and modest archive of landing files.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise FileRejected(Reason.UNREADABLE, "not a whole zip file") from error
    with archive:
        members = _checked_members(archive, limits)
        for member in members:
            yield member.filename, _read_member(archive, member)


def _checked_members(archive: zipfile.ZipFile, limits: LandingSettings) -> list[zipfile.ZipInfo]:
    every = archive.infolist()
    if len(every) > limits.max_members:
        raise FileRejected(Reason.HOSTILE_ARCHIVE, f"{len(every)} members; {limits.max_members} are allowed")
    names = [member.filename for member in every]
    if len(set(names)) != len(names):
        raise FileRejected(Reason.HOSTILE_ARCHIVE, "two members have one name")
    for member in every:
        _check_member(member, limits)
    if sum(member.file_size for member in every) > limits.max_member_mb * _MIB:
        raise FileRejected(Reason.HOSTILE_ARCHIVE, f"more than {limits.max_member_mb} MiB when unpacked")
    members = [member for member in every if not member.is_dir() and not _is_marker(member.filename)]
    if not members:
        raise FileRejected(Reason.UNREADABLE, "the archive holds no landing file")
    for member in members:
        if not member.filename.lower().endswith(_MEMBER_ENDINGS):
            raise FileRejected(Reason.HOSTILE_ARCHIVE, "a member is neither CSV nor Parquet nor XML")
    return sorted(members, key=lambda member: member.filename)


def _check_member(member: zipfile.ZipInfo, limits: LandingSettings) -> None:
    # ZipInfo.filename cuts at a NUL; orig_filename is what the archive says.
    name = member.orig_filename
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        raise FileRejected(Reason.HOSTILE_ARCHIVE, "a member's path leads out of the archive")
    if path.parts and path.parts[0].endswith(":"):
        raise FileRejected(Reason.HOSTILE_ARCHIVE, "a member's path names a drive")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise FileRejected(Reason.HOSTILE_ARCHIVE, "a member is a symbolic link")
    if member.flag_bits & _ENCRYPTED:
        raise FileRejected(Reason.HOSTILE_ARCHIVE, "a member is encrypted")
    if member.file_size > max(member.compress_size, 1) * limits.max_compression_ratio:
        raise FileRejected(Reason.HOSTILE_ARCHIVE, "a member swells beyond the configured ratio")


def _is_marker(name: str) -> bool:
    return any(part.startswith((".", "_")) for part in PurePosixPath(name).parts)


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise FileRejected(Reason.UNREADABLE, "a member of the archive is damaged") from error
