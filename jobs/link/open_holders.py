"""Which payments stay with one holder, openly: said once for all signals, for taking names apart is dear."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.link.firm_names import same_group

# 'tax:' and the ten digits that head office and branches share.
_TAX_ROOT = 14


def one_open_holder() -> Column:
    """Whether debtor and creditor are openly one: a treasury sweep, a branch and its head office, a group.

    Only what both parties declare counts: holder, tax code root, a group's name that two companies bear, or
    the same name where an identity is missing. That one device steers two accounts of different holders is no
    excuse, so the operator does not count.
    """
    debtor, creditor = F.col("debtor_holder_key"), F.col("creditor_holder_key")
    one_root = F.substring(debtor, 1, _TAX_ROOT) == F.substring(creditor, 1, _TAX_ROOT)
    one_name = F.col("debtor_name_norm") == F.col("creditor_name_norm")
    companies = debtor.startswith("tax:") & creditor.startswith("tax:")
    return (
        _is_true(F.col("debtor_account_id") == F.col("creditor_account_id"))
        | _is_true(debtor == creditor)
        | _is_true(debtor.startswith("tax:") & one_root)
        # `when`: Comet would take every name apart.
        | _is_true(F.when(companies, same_group("debtor_name_norm", "creditor_name_norm")))
        | _is_true((debtor.isNull() | creditor.isNull()) & one_name)
    )


def _is_true(condition: Column) -> Column:
    return F.coalesce(condition, F.lit(False))
