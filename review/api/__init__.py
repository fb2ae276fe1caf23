"""The same reads and decisions for programs, as OpenAPI 3.1."""
