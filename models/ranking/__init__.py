"""One explained score a network, and the published form."""
