"""Signals in tips, earlier decisions, and those who return after one."""
