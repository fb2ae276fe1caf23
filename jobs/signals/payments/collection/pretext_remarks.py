"""Credits from many payers whose remarks say loan, gift or nothing, where a sale would name the goods."""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.payments.collection.collected_credits import scale
from jobs.signals.payments.ledger import ledger, of_accounts
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.payments.private_remarks import says_nothing, says_pretext
from jobs.signals.schema import Parameters, Signal, explanation, member

SIGNAL = Signal(
    id="pretext_remarks",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts", "sellers": "silver.sellers"},
)
_DAY = 86_400
# Who pays at a till, by code or card, is asked for no remark.
_TILL_CHANNELS = ("qr", "card")


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    sellers: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row an account with enough payers.

    `value` (0..1) = sqrt(excess x scale of the payers); excess is by how much the share of its payers who
    write a pretext, and of those who write nothing, exceeds the share in the credits of all such accounts.
    Where nobody writes remarks, blank ones say nothing; payments at a till have none by nature.
    """
    busy = accounts.where(F.col("payers") >= int(parameters["payers_from"]))
    rows = (
        of_accounts(ledger(payments), busy)
        .where(~F.col("out") & ~F.col("salary") & ~F.col("cash") & ~F.col("other_context"))
        .where(~is_true(F.col("channel").isin(*_TILL_CHANNELS)))
        .withColumn("payer", F.coalesce("other", F.concat(F.lit("name:"), "other_name")))
        .withColumn("pretext", says_pretext(F.col("remittance_norm")))
        .withColumn("blank", says_nothing(F.col("remittance_norm")))
    )
    # A borrower pays a lender the same sum month by month.
    same = Window.partitionBy("account_id", "payer", "amount_vnd")
    months_apart = F.max("at_seconds").over(same) - F.min("at_seconds").over(same)
    rows = rows.withColumn("repaid", months_apart >= int(parameters["instalment_days"]) * _DAY)
    usual = rows.agg(
        F.avg(F.col("pretext").cast("double")).alias("usual_pretext"),
        F.avg(F.col("blank").cast("double")).alias("usual_blank"),
    )
    said = F.col("pretext") | F.col("blank")
    sums = rows.groupBy("account_id").agg(
        F.size(F.collect_set("payer")).alias("payers"),
        F.size(F.collect_set(F.when(F.col("pretext"), F.col("payer")))).alias("pretexts"),
        F.size(F.collect_set(F.when(F.col("blank") & ~F.col("pretext"), F.col("payer")))).alias("blanks"),
        F.sum(F.when(said, F.col("amount_vnd"))).alias("value_vnd"),
        F.count(F.when(said, True)).alias("support"),
        F.count_if(said).alias("said"),
        F.count_if("pretext").alias("written"),
        # But for a tenth on either side: an account has a life before and after a wedding.
        F.percentile(F.when(said, F.col("at_seconds")), [0.1, 0.9]).alias("most_came"),
        F.count_if(said & F.col("reason_stated")).alias("stated"),
        F.count_if(F.col("pretext") & F.col("repaid")).alias("repaid"),
    )
    strong = (
        sums.where(F.col("payers") >= int(parameters["payers_from"]))
        .crossJoin(usual)
        .withColumn("value", F.round(F.sqrt(_excess() * scale(F.col("payers"), parameters)), 6))
        .where(F.col("value") >= float(parameters["report_from"]))
    )
    evidence = (
        rows.join(strong.select("account_id"), on="account_id", how="left_semi")
        .groupBy("account_id")
        .agg(evidence_of(said, parameters).alias("evidence"))
    )
    lasted = F.element_at("most_came", 2) - F.element_at("most_came", 1)
    short = lasted <= int(parameters["event_days"]) * _DAY
    once_each = F.col("pretexts") + F.col("blanks") >= F.col("said") * float(parameters["once_each_share"])
    often = F.col("written") >= F.col("said") * float(parameters["written_share_min"])
    of_the_written = F.col("stated") >= F.col("written") * float(parameters["stated_share_min"])
    repaid = often & (F.col("repaid") >= F.col("written") * float(parameters["instalment_share_min"]))
    owner = member("account", F.col("account_id"), "collector")
    found = (
        strong.join(evidence, "account_id")
        .join(F.broadcast(shops_settling(sellers, "shop")), "account_id", "left")
        .select(
            F.col("account_id").alias("subject_id"),
            "value",
            "support",
            "value_vnd",
            F.concat(F.array(owner), F.coalesce("shops", F.array())).alias("members"),
            "evidence",
            F.array(
                explanation("event_gifts", short & once_each),
                explanation("stated_reason", often & of_the_written),
                explanation("hardly_a_word", ~often),
                explanation("instalments", repaid),
            ).alias("explanations"),
        )
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def shops_settling(sellers: DataFrame, role: str) -> DataFrame:
    """account_id, shops: the shops that settle on an account; what they sell is what the remarks hide."""
    return (
        sellers.where(F.col("settlement_account_id").isNotNull())
        .groupBy(F.col("settlement_account_id").alias("account_id"))
        .agg(F.sort_array(F.collect_set(member("seller", F.col("seller_key"), role))).alias("shops"))
    )


def _excess() -> Column:
    """Share of payers beyond what is usual, for pretexts and for blanks, at most 1."""

    def beyond(count: str, usual: str) -> Column:
        # Rounded: an average of doubles may differ in its last bit from one partitioning to another.
        return F.greatest(F.lit(0.0), F.col(count) / F.col("payers") - F.round(F.col(usual), 6))

    return F.least(F.lit(1.0), beyond("pretexts", "usual_pretext") + beyond("blanks", "usual_blank"))
