"""Exports declared persistently above what others declare for the same goods.

Source: JRC unit-price outliers; Vietnam Customs on inflated export values (VAT refund claims).
"""

from jobs.signals.goods.peer_measures import unit_prices
from jobs.signals.goods.prices.price_gaps import Side, gap_signal

SIGNAL, transform = gap_signal(
    "overvalued_exports",
    Side(direction="export", sign=1, peer_group="exporters", of_prices=True),
    unit_prices,
)
