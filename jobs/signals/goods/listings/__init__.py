"""Signals in what shops offer: titles, prices, brands and pictures."""
