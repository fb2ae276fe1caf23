"""What outcomes teach about the weights of the catalogue."""
