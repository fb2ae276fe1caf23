"""What a detection is worth."""
