"""Planted schemes; importing the package registers them all."""

from jobs.simulate.schemes import chains, shopfronts

__all__ = ["chains", "shopfronts"]
