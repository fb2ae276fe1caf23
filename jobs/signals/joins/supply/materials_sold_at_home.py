"""Parcels of what came in duty-free (goods for processing that stay here), from the importer's own door.

Source: Decree 134/2016/NĐ-CP, Art. 12 and 13; Vietnam Customs press cases.
"""

from jobs.signals.joins.supply.sold_at_home import sold_at_home

SIGNAL, transform = sold_at_home(
    "materials_sold_at_home", peer_group="importers for processing from whose door parcels leave"
)
