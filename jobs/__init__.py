"""Spark jobs, one verb_object a file, and the runtime that runs them."""
