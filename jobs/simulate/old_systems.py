"""Senders whose systems write in another encoding, with other marks or another order of the date.

Each is declared in ``configs/sources``; what is written here is what that declaration says.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from configs.sources import Encoding, SenderFormat, Source
from jobs.land.decode_text import tcvn3_letters
from jobs.simulate.parameters import read
from jobs.simulate.sheets import Sheet, time_style

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


def reroute(sheet: Sheet, source: Source) -> None:
    """Let an old system deliver a share of the rows of the last sender that writes local times."""
    old = read("deliveries")["old_systems"].get(sheet.feed)
    if old is None or old["sender"] not in source.senders:
        return
    senders = np.arange(len(sheet.senders))
    local = senders[time_style(sheet.senders, senders) == 0]
    if len(local) == 0:
        return
    # By what the row is about, so that all versions of a record come from one system.
    turn = (sheet.origin * 2_654_435_761 % 1000) / 1000
    mine = (sheet.sender == local[-1]) & (turn < old["share"])
    sheet.sender = np.where(mine, len(sheet.senders), sheet.sender)
    sheet.senders = [*sheet.senders, old["sender"]]


def rewritten(columns: dict[str, pa.Array], source: Source, form: SenderFormat) -> dict[str, pa.Array]:
    """Columns under the names, marks and order of dates of the declared form."""
    names = {ours: theirs for theirs, ours in form.renamed_columns.items()}
    out: dict[str, pa.Array] = {}
    for name, column in columns.items():
        kind = source.columns[name].type if name in source.columns else "string"
        text = column
        if kind in ("integer", "decimal"):
            text = _with_marks(column, form)
        elif kind in ("date", "timestamp") and form.date_order != "ymd":
            day = r"\3/\2/\1" if form.date_order == "dmy" else r"\2/\3/\1"
            text = pc.replace_substring_regex(column, r"^(\d{4})-(\d{2})-(\d{2})T?", day + " ")
            text = pc.utf8_rtrim_whitespace(text)
        out[names.get(name, name)] = text
    return out


def _with_marks(column: pa.Array, form: SenderFormat) -> pa.Array:
    if form.decimal_mark == "." and not form.thousands_mark:
        return column
    texts: list[str | None] = []
    for value in column.to_pylist():
        whole, point, fraction = (value or "").partition(".")
        if whole.isdigit() and form.thousands_mark:
            whole = f"{int(whole):,}".replace(",", form.thousands_mark)
        texts.append(None if value is None else whole + (form.decimal_mark if point else "") + fraction)
    return pa.array(texts, pa.string())


def encoded(text: str, encoding: Encoding) -> bytes:
    """The text as bytes of the declared encoding; text comes composed (NFC)."""
    if encoding == "utf-8":
        return text.encode("utf-8")
    composed = unicodedata.normalize("NFC", text)
    if encoding == "utf-16":
        return composed.encode("utf-16")
    if encoding == "cp1258":
        return "".join(_apart(letter) for letter in composed).encode("cp1258")
    table = _tcvn3_bytes()
    return b"".join(
        table[letter] if letter in table else b"".join(table[part] for part in _apart(letter))
        for letter in composed
    )


@cache
def _tcvn3_bytes() -> dict[str, bytes]:
    """The byte of each letter of TCVN 5712."""
    return {letter: bytes([byte]) for byte, letter in enumerate(tcvn3_letters())}


@cache
def _apart(letter: str) -> str:
    """A Vietnamese letter with its tone mark standing after it, which has no other mark apart."""
    parts = unicodedata.normalize("NFD", letter)
    tone = "".join(part for part in parts if part in _TONES)
    shape = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    return shape + tone
