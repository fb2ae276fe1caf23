"""What the names of firms say of each other."""

from pyspark.sql import Column
from pyspark.sql import functions as F

_LEGAL_WORDS = (
    r"\b(cong ty|cty|tnhh|co phan|cp|mtv|mot thanh vien|trach nhiem huu han|xuat nhap khau|xnk|thuong mai|tm|"
    r"dich vu|dv|san xuat|sx|dau tu|tap doan|chi nhanh|ho kinh doanh|doanh nghiep tu nhan|dntn|"
    r"company|co|ltd|limited|inc|corp|corporation|llc|gmbh|pte|group|trading|international|"
    r"import|export|imp|exp|viet nam|vietnam|vn)\b"
)

_LEGAL_FORMS = r"\b(company|co|ltd|limited|inc|corp|corporation|llc|gmbh|pte|plc|sdn|bhd)\b"


def _telling_words(column: str) -> Column:
    letters = F.regexp_replace(F.lower(column), "[^a-z0-9 ]", " ")
    return F.array_distinct(
        F.filter(F.split(F.regexp_replace(letters, _LEGAL_WORDS, " "), " +"), lambda word: F.length(word) > 1)
    )


def same_name(left: str, right: str) -> Column:
    """Whether two names of firms or people agree: all telling words of the shorter stand in the longer.

    Legal forms and words of trade tell nothing. Null when a name is missing or nothing telling is left of it.
    """
    ours, theirs = _telling_words(left), _telling_words(right)
    shorter = F.least(F.size(ours), F.size(theirs))
    return F.when(shorter > 0, F.size(F.array_intersect(ours, theirs)) >= shorter)


def same_group(left: str, right: str) -> Column:
    """Whether two firms bear one group's name: the first two telling words agree. Null as in `same_name`."""
    ours, theirs = (F.slice(_telling_words(name), 1, 2) for name in (left, right))
    return F.when((F.size(ours) == 2) & (F.size(theirs) == 2), ours == theirs)


def name_key(column: str) -> Column:
    """The telling words in one order: equal keys can be joined, where `same_name` compares pair by pair."""
    words = _telling_words(column)
    return F.when(F.size(words) > 0, F.array_join(F.array_sort(words), " "))


def group_key(column: str) -> Column:
    """The first two telling words, which firms of one group share (as `same_group`); null when fewer."""
    words = F.slice(_telling_words(column), 1, 2)
    return F.when(F.size(words) == 2, F.array_join(words, " "))


def supplier_key(column: str, letters: int) -> Column:
    """A foreign firm's name as far as bank forms keep it: no legal form, usual short words, cut.

    Words of trade stay: abroad they tell two firms apart (Yiwu Star Trading, Yiwu Star Industrial).
    """
    bare = F.regexp_replace(F.regexp_replace(F.lower(column), "[^a-z0-9 ]", " "), _LEGAL_FORMS, " ")
    for long, short in (("import", "imp"), ("export", "exp"), ("international", "intl")):
        bare = F.regexp_replace(bare, rf"\b{long}\b", short)
    return F.nullif(F.substring(F.regexp_replace(bare, " +", ""), 1, letters), F.lit(""))
