"""All money patterns of one set of payments."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from models.graph.bipartite import find_bipartites
from models.graph.cycles import find_cycles
from models.graph.fans import find_fans
from models.graph.gather_scatter import find_gather_scatters
from models.graph.limits import PatternLimits
from models.graph.pairing import pair_payments
from models.graph.pass_through import find_chains
from models.graph.pattern import PatternSearch, joined
from models.graph.payments import index_payments, with_bundles
from models.graph.scatter_gather import find_scatter_gathers
from models.graph.stack import find_stacks
from models.graph.steps import find_steps


def find_patterns(
    frame: pd.DataFrame | Mapping[str, Any], limits: PatternLimits, context: Collection[int] = ()
) -> PatternSearch:
    """Chains, cycles, fans, gather-scatters, scatter-gathers, bipartite sets and stacks under one set of
    limits.

    `frame` and `context` are as in `index_payments`. Chains, cycles and scatter-gathers also see bundles (see
    `with_bundles`). A caller that wants other limits for one kind calls that finder by itself.
    """
    payments = index_payments(frame, limits.hub_degree, context)
    bundled = with_bundles(payments, limits.bundle_gap_seconds)
    steps = find_steps(bundled, limits)
    pairing = pair_payments(payments, limits)
    return joined(
        [
            find_chains(bundled, steps, limits),
            find_cycles(bundled, steps, limits),
            find_scatter_gathers(bundled, steps, limits),
            find_gather_scatters(payments, pairing, limits),
            find_stacks(payments, pairing, limits),
            find_fans(payments, limits),
            find_bipartites(payments, limits),
        ]
    )
