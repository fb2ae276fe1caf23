"""Cases: what a ranking says of each network, imported and kept."""
