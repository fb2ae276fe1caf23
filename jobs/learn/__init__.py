"""Learn from outcomes: past rankings, what was decided since, and weights that a later run may use."""
