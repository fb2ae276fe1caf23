"""Pure Python: no Spark, no files, no clock."""
