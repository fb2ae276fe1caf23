"""Money patterns over payments, and the shape of one network: numpy, SciPy, NetworkX and networkit only."""
