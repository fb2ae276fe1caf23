"""Which code and which configuration: SHA-256 over files, by name and content."""

import hashlib
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def code_sha256() -> str:
    """Of the program's Python files."""
    return _sha256(("jobs", "models", "expectations"), ".py")


def configuration_sha256() -> str:
    """Of the YAML that ships with the program."""
    return _sha256(("configs", "expectations"), ".yml")


def _sha256(folders: tuple[str, ...], suffix: str) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted((_ROOT / folder).rglob(f"*{suffix}")):
            digest.update(path.relative_to(_ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
