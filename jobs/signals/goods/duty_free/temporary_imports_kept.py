"""Goods brought in for a time (for re-export, for work, for repair) that never leave again.

Only a re-export accounts for them. Source: Decree 69/2018/NĐ-CP Art. 13 (goods in temporary import for
re-export stay 60 days at most, with two extensions of 30); Vietnam Customs press cases (wine, frozen meat and
tyres sold at home instead).
"""

from jobs.signals.goods.duty_free.duty_free_goods import unaccounted_goods

SIGNAL, transform = unaccounted_goods("temporary_imports_kept", peer_group="temporary importers")
