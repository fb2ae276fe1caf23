"""Payments with a plain reason, told once for all signals: with one holder, wages, or so they say."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from configs.links.rules import hub_rules
from jobs.link.firm_names import bear_one_name, group_key

# 'tax:' and the ten digits that head office and branches share.
_TAX_ROOT = 14
_STATED = (
    "savings_club",
    "charity",
    "celebration",
    "school",
    "hospital",
    "rent",
    "salary",
    "lottery",
    "travel",
    "vehicle",
    "building",
)
BUSINESS_HOLDERS = ("company", "household_business")


def is_true(condition: Column) -> Column:
    """A condition that is false where it cannot be told."""
    return F.coalesce(condition, F.lit(False))


def with_plain_reasons(payments: DataFrame) -> DataFrame:
    """`payments` with the conditions `one_holder`, `wages` and `reason_stated`, never null."""
    return payments.withColumns(
        {
            "one_holder": one_open_holder(),
            "wages": wages(hub_rules().wages.unmarked_most),
            "reason_stated": reason_stated(),
        }
    )


def names_goods() -> Column:
    """Whether a payment says that goods are ordered or supplied."""
    return remark_tells("order", "supply") | is_true(F.col("purpose_code") == "SUPP")


def reason_stated() -> Column:
    """Whether the remarks name a savings club, charity, a feast, school, hospital, rent, pay, lottery
    tickets, travel, a vehicle or work on a home, or between businesses a transfer within their group; or two
    companies bear one name.

    It weakens a suspicion and never clears it: a remark costs nothing to write.
    """
    businesses = F.col("debtor_holder_type").isin(*BUSINESS_HOLDERS) & F.col("creditor_holder_type").isin(
        *BUSINESS_HOLDERS
    )
    # `when`: Comet would take every name apart.
    one_name = F.when(_both_companies(), bear_one_name("debtor_name_norm", "creditor_name_norm"))
    return remark_tells(*_STATED) | is_true(F.when(businesses, remark_tells("treasury"))) | is_true(one_name)


def remark_tells(*reasons: str) -> Column:
    """Whether the remark has a word of these reasons (lists of `innocent_remarks`), never null."""
    lexicon = load_lexicon("innocent_remarks")
    words = "|".join(word for reason in reasons for word in lexicon[reason])
    return is_true(F.col("remittance_norm").rlike(rf"\b({words})\b"))


def one_open_holder() -> Column:
    """Whether debtor and creditor are openly one: a treasury sweep, a branch and its head office, a group.

    Only what both parties declare counts: holder, tax code root, a group's name that two companies bear
    (`with_group_name`), or the same name where an identity is missing. That one device steers two accounts of
    different holders is no excuse, so the operator does not count.
    """
    debtor, creditor = F.col("debtor_holder_key"), F.col("creditor_holder_key")
    one_root = F.substring(debtor, 1, _TAX_ROOT) == F.substring(creditor, 1, _TAX_ROOT)
    one_name = F.col("debtor_name_norm") == F.col("creditor_name_norm")
    return (
        is_true(F.col("debtor_account_id") == F.col("creditor_account_id"))
        | is_true(debtor == creditor)
        | is_true(debtor.startswith("tax:") & one_root)
        | is_true(_both_companies() & (F.col("debtor_group_name") == F.col("creditor_group_name")))
        | is_true((debtor.isNull() | creditor.isNull()) & one_name)
    )


def with_group_name(accounts: DataFrame, bearers_most: int) -> DataFrame:
    """Adds `group_name`: what companies of one group share of their names, at most `bearers_most` of them.

    More companies just like the name, and it says nothing of whose they are.
    """
    key = F.when(_company("holder_key", "holder_type"), group_key("holder_name_norm"))
    # Accounts without such a name are not one heap, but each alone.
    named = Window.partitionBy(F.coalesce(key, F.concat(F.lit("~"), "account_id")))
    bearers = F.size(F.collect_set(F.coalesce("holder_key", "holder_name_norm")).over(named))
    return accounts.withColumn("group_name", F.when(bearers <= bearers_most, key))


def _both_companies() -> Column:
    debtor, creditor = (
        _company(f"{side}_holder_key", f"{side}_holder_type") for side in ("debtor", "creditor")
    )
    return debtor & creditor


def _company(holder_key: str, holder_type: str) -> Column:
    """By its tax code; without one, by what its name says."""
    return F.coalesce(F.col(holder_key).startswith("tax:"), F.col(holder_type) == "company")


def wages(unmarked_most: float) -> Column:
    """Pay from a business to a person: the ISO 20022 purpose SALA, or words of pay in the remarks.

    Who is paid wages is an employee: what else the employer pays in, up to `unmarked_most` times the largest
    marked pay, is a bonus or an advance that does not say so. More is a matter of its own.
    """
    to_a_person = F.col("debtor_holder_type").isin(*BUSINESS_HOLDERS) & (
        F.col("creditor_holder_type") == "individual"
    )
    said = (F.col("purpose_code") == "SALA") | remark_tells("salary")
    marked = is_true(F.when(to_a_person, said))
    pair = Window.partitionBy("debtor_account_id", "creditor_account_id")
    most = F.max(F.when(marked, F.col("amount_vnd"))).over(pair)
    return marked | is_true(to_a_person & (F.col("amount_vnd") <= unmarked_most * most))
