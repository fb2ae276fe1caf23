"""Signals in what declarations say of goods, origins, lots, and the firms behind them."""
