"""The record of who saw and did what."""
