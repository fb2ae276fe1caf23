"""The optional `_manifest.json` of a delivery: what the sender says its files hold."""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from jobs.land.reject_files import FileRejected, Reason

MANIFEST_NAME = "_manifest.json"


# Senders add decimals up in binary floats: less than half a cent of difference is their rounding.
_ROUNDING = Decimal("0.005")


@dataclass(frozen=True)
class ManifestEntry:
    """What the manifest says of one file; a figure that it leaves out is None and is not compared."""

    sha256: str | None = None
    rows: int | None = None
    control_total: Decimal | None = None


@dataclass(frozen=True)
class Manifest:
    """All entries by file name. `problem` is set when the manifest cannot be read: nothing agrees with it."""

    entries: dict[str, ManifestEntry]
    problem: str = ""

    def entry(self, name: str) -> ManifestEntry | None:
        return self.entries.get(name)

    def fingerprint(self, name: str) -> str:
        """Changes when what the manifest says of this file changes."""
        told = self.problem or repr(self.entries.get(name))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def read_manifest(path: Path) -> Manifest | None:
    """The manifest of a folder, or None where there is none."""
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"), parse_float=Decimal)
        entries = {entry["name"]: _read_entry(entry) for entry in content["files"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidOperation, RecursionError):
        return Manifest({}, problem="it is not a manifest of the contract")
    return Manifest(entries)


def _read_entry(entry: dict[str, Any]) -> ManifestEntry:
    rows, total, digest = entry.get("rows"), entry.get("control_total"), entry.get("sha256")
    return ManifestEntry(
        sha256=None if digest is None else str(digest).lower(),
        rows=None if rows is None else int(rows),
        control_total=None if total is None else Decimal(str(total)),
    )


def check_agreement(
    entry: ManifestEntry, sha256: str, rows: int | None = None, control_total: Decimal | None = None
) -> None:
    """Raise `FileRejected` at the first figure that differs; figures that are not known yet are passed over.

    `control_total` is the sum over every value of the file that is a number.
    """
    if entry.sha256 is not None and entry.sha256 != sha256:
        raise FileRejected(Reason.MANIFEST_MISMATCH, "sha256 differs")
    if rows is None:
        return
    if entry.rows is not None and entry.rows != rows:
        raise FileRejected(Reason.MANIFEST_MISMATCH, f"{rows} rows, the manifest says {entry.rows}")
    if entry.control_total is None:
        return
    if abs(entry.control_total - (control_total or Decimal(0))) >= _ROUNDING:
        raise FileRejected(Reason.MANIFEST_MISMATCH, "control_total differs")
