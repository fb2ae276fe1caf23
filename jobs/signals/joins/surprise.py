"""How far chance is from explaining a payer's conduct, given what the others do."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def unlikely(cases: str, named: str, usual: Column) -> Column:
    """-log10 of the Chernoff bound for `cases` of `named` or more at the usual share; 0 at or below it."""
    share = F.col(cases) / F.col(named)
    rest = F.when(
        share < 1, (1 - share) * F.ln((1 - F.least(share, F.lit(1 - 1e-9))) / (1 - usual))
    ).otherwise(0.0)
    bits = F.col(named) * (share * F.ln(F.greatest(share, F.lit(1e-9)) / usual) + rest) / F.ln(F.lit(10.0))
    return F.when(share > usual, F.round(bits, 6)).otherwise(0.0)
