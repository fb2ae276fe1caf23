"""The application as Django knows it."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """One app, split by purpose into folders; `models.py` gathers what they keep."""

    name = "review"
    verbose_name = "matluoi"
