"""Exporters who sell the same goods to one foreign buyer, all far above what other buyers pay.

Source: Vietnam Customs and tax press cases (export value inflated for VAT refunds); FATF, trade-based money
laundering indicators 2021.
"""

from jobs.signals.goods.prices.one_partner_prices import one_partner_signal
from jobs.signals.goods.prices.price_gaps import Side

SIGNAL, transform = one_partner_signal(
    "overvalued_to_one_buyer", Side(direction="export", sign=1, peer_group="buyers", of_prices=True)
)
