"""Text as a search compares it: lower case, without Vietnamese marks, single spaces."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def without_marks(text: str) -> str:
    """`Nguyễn Đức` is `nguyen duc`."""
    spread = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(sign for sign in spread if not unicodedata.combining(sign))
    return _SPACES.sub(" ", bare).strip()
