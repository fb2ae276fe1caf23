"""Payments to foreign suppliers by those who import nothing from them and are near to no importer.

Who is near is looked up by equal marks (party, name, phone, home), so that a supplier with a hundred thousand
customers costs no more than its rows.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, remark_tells
from jobs.link.firm_names import group_key, name_key, names_firm, supplier_key
from jobs.signals.joins.trade import outward_payments
from jobs.signals.schema import Parameters

# Head office and branches share the first ten digits of their tax code ('tax:' + 10).
_TAX_ROOT = 14
_NO_GOODS = ("school", "hospital", "services")


def with_supplier(declared: DataFrame, parameters: Parameters) -> DataFrame:
    """Declarations (of `trade.declarations`) with a foreign partner, and `supplier`, `receiver`, `door`.

    `receiver` is the private name that gets the goods, its own declarant or a courier's customer, else null.
    `door` is the address to which at least so many of them import from the supplier, else null.
    """
    key = supplier_key("partner_name_norm", int(parameters["name_letters"]))
    firm = is_true(F.col("trader_key").startswith("tax:"))
    receiver = F.when(~firm, F.col("trader_name_norm")).when(
        ~names_firm("consignee_name_norm"), F.col("consignee_name_norm")
    )
    address = F.when(
        F.col("receiver").isNotNull(),
        F.coalesce("consignee_address_norm", F.when(~firm, F.col("trader_address_norm"))),
    )
    names = F.size(F.collect_set("receiver").over(Window.partitionBy("supplier", address)))
    crowded = address.isNotNull() & (names >= int(parameters["door_names_least"]))
    return (
        declared.withColumn("supplier", key)
        .where(F.col("supplier").isNotNull())
        .withColumn("receiver", receiver)
        .withColumn("door", F.when(crowded, address))
    )


def outside_payments(
    payments: DataFrame, imports: DataFrame, accounts: DataFrame, parameters: Parameters
) -> DataFrame:
    """One row a payment of an outsider to a supplier of others, with `named`, `private` and `clients`.

    A payment that names a declaration of another supplier, or one that is not held, is judged elsewhere.
    """
    key = supplier_key("creditor_name_norm", int(parameters["name_letters"]))
    suppliers = imports.select("supplier").distinct()
    homes = accounts.select(
        F.col("account_id").alias("debtor_account_id"),
        "phone_e164",
        "address_norm",
        F.col("payers").alias("clients"),
    )
    told = remark_tells(*_NO_GOODS)
    paid = (
        outward_payments(payments)
        .withColumn("supplier", key)
        .where(F.col("debtor_holder_key").isNotNull() | F.col("debtor_name_norm").isNotNull())
        .join(suppliers, "supplier", "left_semi")
        .join(homes, "debtor_account_id", "left")
        .withColumn("private", is_true(told))
    )
    pairs = _marked(paid, _marks_of_payer(), "payer").join(
        _marked(imports, _marks_of_importer()), ["supplier", "mark"], "left_semi"
    )
    numbers = imports.select("supplier", F.col("declaration_no").alias("number"), F.lit(True).alias("named"))
    return (
        paid.join(pairs.select("supplier", "payer").distinct(), ["supplier", "payer"], "left_anti")
        .join(numbers, ["supplier", "number"], "left")
        .where(F.col("number").isNull() | F.col("named"))
        .withColumn("named", is_true(F.col("named")))
    )


def paid_by_importers(payments: DataFrame, imports: DataFrame, outside: DataFrame) -> DataFrame:
    """Per `payer` and `supplier`: how many of the supplier's importers paid the payer up to its last payment
    to the supplier (`funders`), of how many (`importers`), and what they paid (`funded_vnd`).
    """
    importer = F.coalesce("receiver", "trader")
    behind = imports.withColumn("importer", importer).withColumn(
        "importer_name", F.coalesce("receiver", "trader_name_norm")
    )
    all_of_them = behind.groupBy("supplier").agg(F.count_distinct("importer").alias("importers"))
    payers = outside.groupBy("payer", "supplier").agg(F.max("day").alias("last_day"))
    taken = (
        payments.withColumn("payer", F.coalesce("creditor_operator", "creditor_account_id"))
        .join(F.broadcast(payers), "payer")
        .where(F.col("day") <= F.col("last_day"))
        .select("payer", "supplier", "payment_key", "amount_vnd", _known(_marks_of_customer()).alias("mark"))
    )
    own = _marked(behind, _marks_of_buyer(), "importer")
    of_importers = (
        taken.join(own, ["supplier", "mark"])
        .groupBy("payer", "supplier", "payment_key")
        .agg(F.min("importer").alias("importer"), F.max("amount_vnd").alias("amount_vnd"))
    )
    return (
        of_importers.groupBy("payer", "supplier")
        .agg(F.count_distinct("importer").alias("funders"), F.sum("amount_vnd").alias("funded_vnd"))
        .join(all_of_them, "supplier")
    )


def buys_for_importers(parameters: Parameters) -> Column:
    """Whether a payer buys for the importers that paid it (`paid_by_importers`), as a buying service does.

    Several of them did, and many of all. What they paid covers `value_vnd`, which the supplier got; or else
    they are many, and most of the payer's `clients`. (Who pays then stands to reason, whatever the sums;
    payments above what is declared are judged elsewhere.) One importer that funds a stranger hides behind it.
    """
    several = F.col("funders") >= int(parameters["funders_least"])
    by_many = F.col("funders") >= F.col("importers") * float(parameters["funders_share_least"])
    covered = F.col("funded_vnd") >= F.col("value_vnd") * float(parameters["funded_share_least"])
    customers = (F.col("funders") >= int(parameters["customers_least"])) & (
        F.col("funders") >= F.col("clients") * float(parameters["customers_share_least"])
    )
    return is_true(several & by_many & (covered | is_true(customers)))


def _marked(frame: DataFrame, marks: list[Column], *kept: str) -> DataFrame:
    """`supplier`, `mark` (and what else is kept), each once."""
    return frame.select("supplier", *kept, _known(marks).alias("mark")).distinct()


def _known(marks: list[Column]) -> Column:
    """The marks that are known, one row each."""
    return F.explode(F.filter(F.array(*marks), lambda mark: mark.isNotNull()))


def _mark(kind: str, *parts: Column) -> Column:
    """A mark is null when one of its parts is: what is not known is shared with nobody."""
    return F.concat(F.lit(f"{kind}:"), *parts)


def _home(name: str, address: str) -> Column:
    """Family: one surname at one address."""
    return _mark("home", F.split(name, " ")[0], F.lit("@"), F.col(address))


def _root(key: str) -> Column:
    return F.when(F.col(key).startswith("tax:"), _mark("party", F.substring(key, 1, _TAX_ROOT)))


def _marks_of_payer() -> list[Column]:
    firm = is_true(F.col("debtor_holder_key").startswith("tax:") | (F.col("debtor_holder_type") == "company"))
    return [
        _mark("party", F.col("payer")),
        _mark("party", F.col("debtor_holder_key")),
        _root("debtor_holder_key"),
        _mark("name", name_key("debtor_name_norm")),
        _mark("phone", F.col("phone_e164")),
        _mark("firm at", F.col("address_norm")),
        _home("debtor_name_norm", "address_norm"),
        F.when(firm, _mark("group", group_key("debtor_name_norm"))),
    ]


def _marks_of_importer() -> list[Column]:
    # One surname at one address is a family, but not where a crowd of names imports to that door.
    firm = is_true(F.col("trader_key").startswith("tax:"))
    family = F.col("door").isNull()
    own_place = firm & F.col("receiver").isNull()
    return [
        _mark("party", F.col("trader")),
        _mark("party", F.col("trader_key")),
        _root("trader_key"),
        _mark("name", name_key("trader_name_norm")),
        _mark("name", name_key("consignee_name_norm")),
        _mark("phone", F.col("trader_phone_e164")),
        _mark("phone", F.col("consignee_phone_e164")),
        F.when(firm, _mark("firm at", F.col("trader_address_norm"))),
        F.when(own_place, _mark("firm at", F.col("consignee_address_norm"))),
        F.when(family, _home("trader_name_norm", "trader_address_norm")),
        F.when(family, _home("consignee_name_norm", "consignee_address_norm")),
        F.when(firm, _mark("group", group_key("trader_name_norm"))),
    ]


def _marks_of_customer() -> list[Column]:
    """Who pays an account: the debtor of a payment."""
    return [
        _mark("party", F.coalesce("debtor_operator", "debtor_account_id")),
        _mark("party", F.col("debtor_holder_key")),
        _mark("name", name_key("debtor_name_norm")),
    ]


def _marks_of_buyer() -> list[Column]:
    """Who gets the goods: a courier's customer, else who declares them."""
    own = F.col("receiver").isNull() | F.col("receiver").eqNullSafe(F.col("trader_name_norm"))
    return [
        F.when(own, _mark("party", F.col("trader"))),
        F.when(own, _mark("party", F.col("trader_key"))),
        _mark("name", name_key("importer_name")),
    ]
