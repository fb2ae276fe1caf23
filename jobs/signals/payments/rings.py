"""Accounts that a small set of judged edges ties together."""

import pandas as pd

from models.graph.components import connected_components


def rings_of(debtors: "pd.Series[str]", creditors: "pd.Series[str]") -> list[frozenset[str]]:
    """Accounts that edges tie together, one set a component, in the order of their smallest account."""
    names = pd.Index(sorted(set(debtors) | set(creditors)))
    nodes, smallest = connected_components(names.get_indexer(debtors), names.get_indexer(creditors))
    return list(pd.Series(names[nodes]).groupby(smallest).agg(frozenset))
