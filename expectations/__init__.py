"""What good records look like: one YAML a feed and a table, compiled to Spark row rules and batch gates."""
