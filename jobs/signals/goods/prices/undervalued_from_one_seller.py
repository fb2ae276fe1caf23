"""Importers who buy the same goods from one foreign seller, all far below what other sellers' goods cost.

Source: JRC unit-price outliers; WCO, commercial fraud typologies (undervaluation).
"""

from jobs.signals.goods.prices.one_partner_prices import one_partner_signal
from jobs.signals.goods.prices.price_gaps import Side

SIGNAL, transform = one_partner_signal(
    "undervalued_from_one_seller", Side(direction="import", sign=-1, peer_group="sellers", of_prices=True)
)
