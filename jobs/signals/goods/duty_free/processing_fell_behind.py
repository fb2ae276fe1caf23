"""Processors who once sent out what they brought in duty-free, and now bring in and send out little.

Any export of a processor accounts for what it brought in, at the rate at which its own earlier lots left.
Source: Vietnam Customs press cases (processing imports sold at home); Circular 39/2018/TT-BTC (settlement of
what was brought in against what left).
"""

from jobs.signals.goods.duty_free.duty_free_goods_behind import goods_behind

SIGNAL, transform = goods_behind("processing_fell_behind", peer_group="bonded processors")
