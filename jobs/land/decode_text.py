"""Bytes of a CSV file in the encoding that its sender declared, to UTF-8."""

import codecs
import unicodedata
from functools import lru_cache

from configs.lexicons import load_lexicon
from configs.sources import Encoding
from jobs.land.reject_files import FileRejected, Reason

_TONE_MARKS = "\u0300\u0301\u0303\u0309\u0323"


@lru_cache(maxsize=1)
def tcvn3_letters() -> str:
    """The 256 characters of TCVN 5712:1993, by byte (source: `configs/lexicons/tcvn3.yml`)."""
    table = load_lexicon("tcvn3")
    letters = [chr(byte) for byte in range(128)] + list("".join(table["high"]))
    for byte, letter in table["low"].items():
        letters[byte] = letter
    return "".join(letters)


def to_utf8(content: bytes, encoding: Encoding) -> bytes:
    """The text as UTF-8 without a byte order mark.

    Text from an encoding that writes marks apart (`cp1258`, `tcvn3`) is composed (NFC); UTF-8 stays as it
    came.
    Raises `FileRejected` (wrong_encoding) when a byte does not belong to the declared encoding.
    """
    try:
        if encoding == "utf-8":
            content = content.removeprefix(codecs.BOM_UTF8)
            content.decode("utf-8")
            return content
        if encoding == "tcvn3":
            text, _ = codecs.charmap_decode(content, "strict", tcvn3_letters())
        else:
            text = content.decode(encoding)
    except UnicodeError as error:
        place = getattr(error, "start", 0)
        raise FileRejected(Reason.WRONG_ENCODING, f"byte {place + 1} is not {encoding}") from error
    return unicodedata.normalize("NFC", text).removeprefix("\ufeff").encode("utf-8")


def from_utf8(text: str, encoding: Encoding) -> bytes:
    """The inverse of `to_utf8`: text in the encoding of its sender, with tone marks apart where they must be.

    Raises `UnicodeEncodeError` for a character that the encoding does not have.
    """
    if encoding in ("utf-8", "utf-16"):
        return text.encode(encoding)
    return b"".join(_encode_letter(letter, encoding) for letter in unicodedata.normalize("NFC", text))


def _encode_letter(letter: str, encoding: Encoding) -> bytes:
    if encoding == "tcvn3":
        place = tcvn3_letters().find(letter)
        if place < 0:
            raise UnicodeEncodeError(encoding, letter, 0, 1, "not in TCVN 5712")
        return bytes([place])
    try:
        return letter.encode(encoding)
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(part for part in parts if part in _TONE_MARKS)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONE_MARKS))
        return (base + tones).encode(encoding)
