"""Imports declared persistently below what others declare for the same goods.

Source: JRC unit-price outliers; Vietnam Customs dispatch 3923/2021 (undervaluation in e-commerce imports).
"""

from jobs.signals.goods.peer_measures import import_prices
from jobs.signals.goods.prices.price_gaps import Side, gap_signal

SIGNAL, transform = gap_signal(
    "undervalued_imports",
    Side(direction="import", sign=-1, peer_group="importers", of_prices=True),
    import_prices,
)
