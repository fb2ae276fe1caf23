"""One certificate behind several consignments: a number in descriptions weeks apart, or of several companies.

A certificate of origin covers one consignment, a licence its holder; word and number stand in the description
of the goods. Source: Vietnam Customs dispatch 3923/2021 and press cases (reused and false papers).
"""

from collections.abc import Sequence
from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.signals.goods.clearance.shared_papers import days_apart, distinct, with_others
from jobs.signals.goods.marked_lines import marked_detections
from jobs.signals.goods.tied_traders import shown_declaration
from jobs.signals.goods.traders import DECLARATIONS, company_of, in_window
from jobs.signals.goods.whole_declarations import whole_declarations
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="reused_certificates",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)
_KINDS = ("consignment", "holder")


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value as `marked_detections` gives it, of declarations that name a paper (one row a paper)."""
    kept = in_window(customs_declarations, as_of, parameters["window_days"])
    named = _with_papers(kept, parameters)
    uses = whole_declarations(named, "kind", "paper").where(F.col("cleared_at").isNotNull())
    marked = with_others(uses.withColumn("mark", _mark(parameters)), "kind", "paper").select(
        "hand",
        "mark",
        (F.col("inspection") == 1).alias("in_order"),
        "value_vnd",
        shown_declaration(DECLARATIONS).alias("shown"),
        "others",
    )
    return marked_detections(SIGNAL, marked, kept, identifiers, parameters)


def _mark(parameters: Parameters) -> Column:
    """1 where the paper serves several companies, or one company for consignments weeks apart.

    Lots of one contract follow within days; on one master bill they are one consignment, however long it was
    stored. A licence may serve its holder again. A number that many companies write is no paper's.
    """
    paper = Window.partitionBy("direction", "kind", "paper")
    companies = distinct(company_of(F.col("trader")), paper)
    again = (
        (F.col("kind") == "consignment")
        & (days_apart(paper) >= int(parameters["lots_days"]))
        & (distinct("master", paper) != 1)
    )
    reused = companies.between(2, int(parameters["companies_max"])) | ((companies == 1) & again)
    return reused.cast("double")


def _with_papers(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """One row for each line and paper that it names: adds `kind` and `paper` (its number)."""
    named = lines.withColumn("named", F.explode(F.concat(*[_papers(kind) for kind in _KINDS])))
    digits = F.length(F.regexp_replace("paper", "[^0-9]", ""))
    return named.select("*", "named.*").where(digits >= int(parameters["number_digits"]))


def _papers(kind: str) -> Column:
    """The papers of a kind that a line names."""
    numbers = F.regexp_extract_all("goods_norm", F.lit(_after_words(kind)), F.lit(1))
    return F.array_distinct(
        F.transform(numbers, lambda number: F.struct(F.lit(kind).alias("kind"), _tidy(number).alias("paper")))
    )


def _tidy(number: Column) -> Column:
    """Without the words "no." before it and the marks inside it."""
    return F.regexp_replace(number, rf"^(?:(?:{_words('number')}) )+|[^0-9a-z]", "")


def _after_words(kind: str) -> str:
    """Regular expression: a paper's word, its form, "no.", and in group 1 the number with its prefix.

    Letters apart from the digits ("no. AB 123456") belong to the number only where "no." stands before.
    """
    number = "[a-z]*[0-9][0-9a-z.,/-]*"
    named = rf"(?:(?:{_words('number')}) )+(?:[a-z]{{1,2}} ){{0,2}}{number}"
    form = rf"(?: (?:{_words('form')}))?(?: (?:{_words('forms')}))?"
    return rf"\b(?:{_words(kind)}){form} ({named}|{number})"


def _words(name: str) -> str:
    """The words of a list, longer ones first."""
    words: Sequence[str] = load_lexicon("paper_words")[name]
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))
