"""What the names of firms say of each other."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon

_LEGAL_WORDS = (
    r"\b(cong ty|cty|tnhh|co phan|cp|mtv|mot thanh vien|trach nhiem huu han|xuat nhap khau|xnk|thuong mai|tm|"
    r"dich vu|dv|va|san xuat|sx|dau tu|tap doan|tct|chi nhanh|cn|ho kinh doanh|hkd|dntn|htx|"
    r"doanh nghiep tu nhan|company|co|ltd|limited|inc|corp|corporation|llc|gmbh|pte|group|trading|"
    r"international|import|export|imp|exp|viet nam|vietnam|vn)\b"
)

# Longest first: a shorter field may begin a longer one.
_FIELDS = "|".join(sorted(load_lexicon("names")["trade_fields"], key=lambda field: (-len(field), field)))

_LEGAL_FORMS = r"\b(company|co|ltd|limited|inc|corp|corporation|llc|gmbh|pte|plc|sdn|bhd)\b"


def _telling_words(column: str) -> Column:
    letters = F.regexp_replace(F.lower(column), "[^a-z0-9 ]", " ")
    return F.array_distinct(
        F.filter(F.split(F.regexp_replace(letters, _LEGAL_WORDS, " "), " +"), lambda word: F.length(word) > 1)
    )


def names_firm(column: str) -> Column:
    """Whether the normalised name says that it is a firm's; null when it is missing."""
    return F.col(column).rlike(_any_word(load_lexicon("names")["company_marks"]))


def names_public_body(column: str) -> Column:
    """Whether the normalised name begins as a public body's does; null when it is missing."""
    return F.col(column).rlike(rf"^({'|'.join(load_lexicon('names')['public_bodies'])})\b")


def holder_type_named(column: str) -> Column:
    """The kind of holder that a normalised Vietnamese name tells: company, household_business or individual.

    Null where it tells none. A person's name is a surname and one to three words more.
    """
    lexicon = load_lexicon("names")
    name = F.col(column)
    surnames = "|".join(lexicon["surname_shares"]["shares_percent"])
    institution = name.rlike(_any_word(lexicon["institution_words"] + lexicon["trade_fields"]))
    return (
        F.when(name.rlike(_any_word(lexicon["household_marks"])), F.lit("household_business"))
        .when(names_firm(column), F.lit("company"))
        .when(name.rlike(rf"^({surnames})( [a-z]+){{1,3}}$") & ~institution, F.lit("individual"))
    )


def _any_word(words: list[str]) -> str:
    return rf"\b({'|'.join(words)})\b"


def same_name(left: str, right: str) -> Column:
    """Whether two names of firms or people agree: all telling words of the shorter stand in the longer.

    Legal forms and words of trade tell nothing. Null when a name is missing or nothing telling is left of it.
    """
    ours, theirs = _telling_words(left), _telling_words(right)
    shorter = F.least(F.size(ours), F.size(theirs))
    return F.when(shorter > 0, F.size(F.array_intersect(ours, theirs)) >= shorter)


def same_group(left: str, right: str) -> Column:
    """Whether two firms bear one group's name (`group_key`). Null when one of them has no such name."""
    return group_key(left) == group_key(right)


def name_key(column: str) -> Column:
    """The telling words in one order: equal keys can be joined, where `same_name` compares pair by pair."""
    words = _telling_words(column)
    return F.when(F.size(words) > 0, F.array_join(F.array_sort(words), " "))


def group_key(column: str) -> Column:
    """What firms of one group share: the first two telling words with the fields of trade before them.

    Thép Hòa Phát and Thép Hòa Phát Dung Quất are one group, Thiết bị An Phát and Thiết bị Khai Minh are not.
    Null when there are no two words beside fields of trade.
    """
    words = F.array_join(_telling_words(column), " ")
    own = _beside_fields(words)
    begins = F.regexp_extract(words, rf"^((?:(?:{_FIELDS}) )*[a-z0-9]+ [a-z0-9]+)\b", 1)
    return F.when(own.contains(" "), F.nullif(begins, F.lit("")))


def bear_one_name(left: str, right: str) -> Column:
    """Whether two firms bear one name of two words or more beside their fields of trade: what each of them
    does may differ. Null when one of them has no such name.
    """
    ours, theirs = (_beside_fields(F.array_join(_telling_words(name), " ")) for name in (left, right))
    return F.when(ours.contains(" ") & theirs.contains(" "), ours == theirs)


def _beside_fields(words: Column) -> Column:
    own = F.regexp_replace(words, rf"\b({_FIELDS})\b", " ")
    return F.trim(F.regexp_replace(own, " +", " "))


def supplier_key(column: str, letters: int) -> Column:
    """A foreign firm's name as far as bank forms keep it: no legal form, usual short words, cut.

    Words of trade stay: abroad they tell two firms apart (Yiwu Star Trading, Yiwu Star Industrial).
    """
    bare = F.regexp_replace(F.regexp_replace(F.lower(column), "[^a-z0-9 ]", " "), _LEGAL_FORMS, " ")
    for long, short in (("import", "imp"), ("export", "exp"), ("international", "intl")):
        bare = F.regexp_replace(bare, rf"\b{long}\b", short)
    return F.nullif(F.substring(F.regexp_replace(bare, " +", ""), 1, letters), F.lit(""))
