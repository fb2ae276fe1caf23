"""Archives: what is opened, and what is refused before it is."""

import gzip
import io
import zipfile

import pytest

from configs.settings import LandingSettings
from jobs.land.open_archives import gunzip, read_members
from jobs.land.reject_files import FileRejected, Reason

LIMITS = LandingSettings(max_member_mb=1, max_compression_ratio=50, max_members=3)


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def encrypted() -> bytes:
    """A zip whose only member is marked as encrypted, in its local and its central header."""
    content = bytearray(zipped(("a.csv", b"a\n1\n"), method=zipfile.ZIP_STORED))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def symlink() -> zipfile.ZipInfo:
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = 0o120777 << 16
    return link


def damaged() -> bytes:
    content = bytearray(zipped(("a.csv", b"a,b\n1,2\n"), method=zipfile.ZIP_STORED))
    content[content.index(b"1,2")] = ord("9")
    return bytes(content)


def test_members_come_by_name_and_markers_are_passed_over() -> None:
    content = zipped(("b.csv", b"b"), ("sub/a.csv.gz", b"a"), ("__MACOSX/b.csv", b"x"))
    assert list(read_members(content, LIMITS)) == [("b.csv", b"b"), ("sub/a.csv.gz", b"a")]


@pytest.mark.parametrize(
    "content",
    [
        zipped(("../a.csv", b"x")),
        zipped(("sub/../../a.csv", b"x")),
        zipped(("/etc/a.csv", b"x")),
        zipped(("C:/a.csv", b"x")),
        zipped(("sub\\..\\a.csv", b"x")),
        zipped(("inner.zip", zipped(("a.csv", b"x")))),
        zipped(("run.exe", b"x")),
        zipped(("a.csv", b"0" * 100_000)),
        zipped(*((f"{n}.csv", b"x") for n in range(4))),
        zipped((symlink(), b"/etc/passwd")),
        zipped(("a.csv", bytes(range(256)) * 5000), method=zipfile.ZIP_STORED),
        encrypted(),
    ],
    ids=[
        "traversal", "deep traversal", "absolute", "drive", "backslash", "nested", "program", "ratio",
        "members", "symlink", "size", "encrypted",
    ],
)  # fmt: skip
def test_hostile_archives_are_refused(content: bytes) -> None:
    with pytest.raises(FileRejected) as error:
        list(read_members(content, LIMITS))
    assert error.value.reason is Reason.HOSTILE_ARCHIVE


def test_two_members_of_one_name_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped(("a.csv", b"x"), ("a.csv", b"y"))
    with pytest.raises(FileRejected, match="one name"):
        list(read_members(content, LIMITS))


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", zipped(("a.csv", b"a,b\n1,2\n"))[:-10], zipped(), damaged()],
    ids=["empty", "head", "cut", "no member", "damaged"],
)
def test_damaged_archives_are_refused(content: bytes) -> None:
    with pytest.raises(FileRejected) as error:
        list(read_members(content, LIMITS))
    assert error.value.reason is Reason.UNREADABLE


def test_gzip() -> None:
    assert gunzip(gzip.compress(b"a,b\n1,2\n"), LIMITS) == b"a,b\n1,2\n"
    assert gunzip(gzip.compress(b"a\n") + gzip.compress(b"1\n"), LIMITS) == b"a\n1\n"
    with pytest.raises(FileRejected) as bomb:
        gunzip(gzip.compress(b"0" * 1_000_000), LIMITS)
    assert bomb.value.reason is Reason.HOSTILE_ARCHIVE
    for content in (b"plain", gzip.compress(b"a,b\n1,2\n")[:-5]):
        with pytest.raises(FileRejected) as broken:
            gunzip(content, LIMITS)
        assert broken.value.reason is Reason.UNREADABLE
