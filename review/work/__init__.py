"""Work on cases: decisions, four eyes, comments, what is put aside."""
