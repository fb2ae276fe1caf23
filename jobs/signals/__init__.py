"""Population-wide signals: one measured fact a module."""
