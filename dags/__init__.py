"""Airflow: schedule, order, alerts. No logic."""
