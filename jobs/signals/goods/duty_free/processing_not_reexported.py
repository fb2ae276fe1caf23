"""Goods brought in duty-free for processing or export production that never leave again.

Any export of a processor accounts for what it brought in, less waste; buyers at home took what is missing.
Source: Vietnam Customs press cases (processing imports sold at home).
"""

from jobs.signals.goods.duty_free.duty_free_goods import unaccounted_goods

SIGNAL, transform = unaccounted_goods("processing_not_reexported", peer_group="bonded processors")
