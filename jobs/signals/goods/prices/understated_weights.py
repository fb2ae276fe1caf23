"""Imports whose weight for each declared piece is far below the peers': fewer kilograms declared than came.

Source: FATF/Egmont risk indicators 2021 (quantity or weight that disagree).
"""

from jobs.signals.goods.peer_measures import import_weights
from jobs.signals.goods.prices.price_gaps import Side, gap_signal

SIGNAL, transform = gap_signal(
    "understated_weights",
    Side(direction="import", sign=-1, peer_group="importers", of_prices=False),
    import_weights,
)
