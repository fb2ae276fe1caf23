"""Imports declared persistently above what others declare for the same goods.

Source: FATF/Egmont, trade-based money laundering risk indicators 2021 (over-invoicing moves money abroad);
JRC unit-price outliers.
"""

from jobs.signals.goods.peer_measures import import_prices
from jobs.signals.goods.prices.price_gaps import Side, gap_signal

SIGNAL, transform = gap_signal(
    "overvalued_imports",
    Side(direction="import", sign=1, peer_group="importers", of_prices=True),
    import_prices,
)
