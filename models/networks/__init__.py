"""Networks grown from detections, and the ids that they keep."""
