"""What a shop pays for advertising: a fee now and then to people whom it also sends samples."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.schema import Parameters

_PAIR = ["debtor_account_id", "creditor_account_id"]


def without_review_fees(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """The payments but for those between two accounts that are few and all name advertising (`review_words`).

    Who lends a name to orders has the price of each back: more than `review_payments_most` are no fee.
    """
    says = is_true(F.col("remittance_norm").rlike(str(parameters["review_words"])))
    pairs = payments.where(says).select(*_PAIR).distinct()
    fees = (
        payments.join(F.broadcast(pairs), _PAIR, "left_semi")
        .groupBy(*_PAIR)
        .agg(F.count(F.lit(1)).alias("payments"), F.bool_and(says).alias("all_say"))
        .where("all_say")
        .where(F.col("payments") <= int(parameters["review_payments_most"]))
    )
    return payments.join(F.broadcast(fees.select(*_PAIR)), _PAIR, "left_anti")
