"""Who buys invoices stands at the ends of the ring that sells them, and is no part of it.

The buyer's company pays a company for goods that never existed; that company hands the money to a private
person, and from there it goes back, less a fee, to the buyer's people. One such ring serves many buyers, each
of whom is a case of its own.
Source: Bộ luật Hình sự 100/2015/QH13, Điều 203 (buying and selling invoices); FATF, Professional Money
Laundering (2018): those who serve, and their clients.
"""

import pandas as pd

from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.signals.payments.pattern_rings import Ring


def buyers_of_papers(ring: Ring, transfers: pd.DataFrame) -> set[str]:
    """Businesses that pay the ring's companies alone, and private persons whom its money reaches last and
    with whom such a business deals as well: what they put back into their own company closes the circle.

    `transfers` are all candidates, not those of the ring alone.
    """
    rows = ring.rows
    sellers = set(
        rows.loc[(rows["debtor_type"] == "company") & (rows["creditor_type"] == "individual"), "debtor"]
    )
    put_back = (rows["debtor_type"] == "individual") & rows["creditor_type"].isin(BUSINESS_HOLDERS)
    onward = rows[~put_back | rows["creditor"].isin(sellers)]
    to_seller = onward["creditor"].isin(sellers)
    business = onward["debtor_type"].isin(BUSINESS_HOLDERS)
    elsewhere = set(onward.loc[~to_seller, "debtor"]) | set(onward["creditor"])
    buyers = set(onward.loc[business & to_seller, "debtor"]) - elsewhere
    private = onward["creditor_type"] == "individual"
    reached = set(onward.loc[private, "creditor"]) - set(onward["debtor"])
    if not buyers or not reached:
        return buyers
    pays_seller = transfers["debtor_type"].isin(BUSINESS_HOLDERS) & transfers["creditor"].isin(sellers)
    customers = set(transfers.loc[pays_seller, "debtor"]) - sellers
    dealings = [
        transfers.loc[transfers[one].isin(reached) & transfers[other].isin(customers), one]
        for one, other in (("debtor", "creditor"), ("creditor", "debtor"))
    ]
    return buyers | set(pd.concat(dealings))
