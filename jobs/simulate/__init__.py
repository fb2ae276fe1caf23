"""A simulated Vietnamese economy with planted schemes, innocent lookalikes and dirt, written as landing
files.
"""
