"""From detections to a ranking."""
