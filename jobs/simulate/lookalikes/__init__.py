"""Innocent lookalikes; importing the package registers them all."""

from jobs.simulate.lookalikes import households

__all__ = ["households"]
