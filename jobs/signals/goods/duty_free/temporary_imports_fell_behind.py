"""Importers for a time who once took their goods out again, and now leave a good part of them here.

Only a re-export accounts for them, at the rate at which the importer's own earlier lots left.
Source: Decree 69/2018/NĐ-CP Art. 13; Vietnam Customs press cases (goods in temporary import sold at home).
"""

from jobs.signals.goods.duty_free.duty_free_goods_behind import goods_behind

SIGNAL, transform = goods_behind("temporary_imports_fell_behind", peer_group="temporary importers")
