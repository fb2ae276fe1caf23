"""Signals in how one holder's account is run: dormancy, devices, turnover, sudden changes."""
