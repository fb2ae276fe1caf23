"""Planted schemes; importing the package registers them all."""

from jobs.simulate.schemes import (
    accounts,
    chains,
    clearance,
    consignees,
    disguises,
    relays,
    shopfronts,
    takings,
    tradefinance,
)

__all__ = [
    "accounts",
    "chains",
    "clearance",
    "consignees",
    "disguises",
    "relays",
    "shopfronts",
    "takings",
    "tradefinance",
]
