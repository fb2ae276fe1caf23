"""How good a ranking is, held against a known truth."""
