"""Signals in who receives what arrives: consignees, house bills and masters."""
