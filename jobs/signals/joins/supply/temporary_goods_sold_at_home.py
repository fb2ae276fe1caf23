"""Parcels of what came in duty-free (goods brought in for a time), from the importer's own door.

Source: Decree 134/2016/NĐ-CP, Art. 12 and 13; Vietnam Customs press cases.
"""

from jobs.signals.joins.supply.sold_at_home import sold_at_home

SIGNAL, transform = sold_at_home(
    "temporary_goods_sold_at_home", peer_group="temporary importers from whose door parcels leave"
)
