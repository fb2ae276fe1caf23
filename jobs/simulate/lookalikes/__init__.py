"""Innocent lookalikes; importing the package registers them all."""

from jobs.simulate.lookalikes import businesses, households, importers, merchants, services, successions

__all__ = ["businesses", "households", "importers", "merchants", "services", "successions"]
