"""What the signals about money that several accounts bring to one share."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.signals.payments.population import FEED
from jobs.signals.schema import Parameters, bounded, member, record


def funnel_shown(bringers: str, parameters: Parameters) -> list[Column]:
    """`members` and `evidence` of a row that has subject_id (who gets it all), the account ids in the array
    column `bringers`, and `keys` (reports of the payments, perhaps several times)."""
    members = F.concat(
        F.array(member("account", F.col("subject_id"), "beneficiary")),
        F.transform(bringers, lambda name: member("account", name, "mule")),
    )
    records = F.transform(F.array_distinct("keys"), lambda key: record(FEED, key))
    return [members.alias("members"), bounded(records, int(parameters["evidence_limit"])).alias("evidence")]
