"""Importers who buy the same goods from one foreign seller, all far above what other sellers' goods cost.

Source: FATF/Egmont, Trade-Based Money Laundering: Risk Indicators, 2021 (over-invoicing moves money abroad).
"""

from jobs.signals.goods.prices.one_partner_prices import one_partner_signal
from jobs.signals.goods.prices.price_gaps import Side

SIGNAL, transform = one_partner_signal(
    "overvalued_from_one_seller", Side(direction="import", sign=1, peer_group="sellers", of_prices=True)
)
