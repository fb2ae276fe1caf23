"""What remarks say that explain no sale: a loan, a present, money to live on or for one's family, nothing."""

from collections.abc import Sequence
from functools import lru_cache

from pyspark.sql import Column
from pyspark.sql import functions as F

from configs.catalogue import ROOT
from configs.lexicons import load_lexicon
from configs.settings import read_yaml
from jobs.link.everyday_payments import is_true


def says_pretext(remark: Column) -> Column:
    """A loan or gift phrase of the lexicon, as whole words; gift baskets are goods."""
    return says_loan(remark) | says_gift(remark)


def says_loan(remark: Column) -> Column:
    """A loan, or its repayment."""
    return _says(remark, "loan")


def says_gift(remark: Column) -> Column:
    """A present or thanks."""
    return _says(remark, "gift")


def says_living(remark: Column) -> Column:
    """Money to live on, or for one's family."""
    return _says(remark, "living") | is_true(remark.rlike(kin_pattern()))


def _says(remark: Column, reason: str) -> Column:
    words = _lexicon()
    told = F.regexp_replace(remark, _any_of(words["gift_goods"]), " ")
    return is_true(told.rlike(_any_of(words[reason])))


def _any_of(phrases: Sequence[str]) -> str:
    """One regular expression for these phrases, each as whole words."""
    return rf"(^| )({'|'.join(sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase)))})( |$)"


def says_nothing(remark: Column) -> Column:
    """No remark, a remark that is one of the empty phrases of the lexicon, or the bank's own filler."""
    words = _lexicon()
    filler = "|".join(f"({pattern})" for pattern in words["default_patterns"])
    return remark.isNull() | is_true(remark.isin(*words["blank"])) | is_true(remark.rlike(filler))


@lru_cache(maxsize=1)
def kin_pattern() -> str:
    """One regular expression: money for one's family, from it, or from where one works, as whole words."""
    words = load_lexicon("kin_remarks")
    verbs, kin, sent_by, abroad = (
        "|".join(words[name]) for name in ("verbs", "kin", "sent_by", "from_abroad")
    )
    family = rf"(^| )(({verbs}) ({kin})|{sent_by})( |$)"
    return rf"{family}|(^| )tien ({abroad})( ve| thang|$)"


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, list[str]]:
    content = read_yaml(ROOT / "lexicons" / "remittance_pretexts.yml")
    return {
        name: content[name] for name in ("loan", "gift", "gift_goods", "living", "blank", "default_patterns")
    }
