"""What differs between machines: the database and the secret key."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key


def database(home: Path, url: str) -> dict[str, Any]:
    """SQLite in the home, or the PostgreSQL database of `postgresql://user:password@host:port/name`."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home / "review.db",
            # Writers wait for one another instead of failing; readers never wait (write-ahead log).
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured("MATLUOI_REVIEW_DATABASE_URL: only postgresql://… is known.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        # Compiling a query takes longer than any of ours runs.
        "OPTIONS": {"options": "-c jit=off", **dict(parse_qsl(parts.query))},
        "CONN_MAX_AGE": 60,
    }


def secret_key(home: Path) -> str:
    """The key from `MATLUOI_REVIEW_SECRET_KEY`, or from a file in the home, made once, for its owner.

    A home that does not exist yet gets a key of this process: nothing can be signed in it anyway.
    """
    given = os.environ.get("MATLUOI_REVIEW_SECRET_KEY", "")
    if given:
        return given
    if not home.is_dir():
        return get_random_secret_key()
    file = home / "review.secret"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    key = get_random_secret_key()
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(key)
    return key
