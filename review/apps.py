"""The application as Django knows it."""

from django.apps import AppConfig

from review.locale.compile_words import compile_words


class ReviewConfig(AppConfig):
    """One app, split by purpose into folders; `models.py` gathers what they keep."""

    name = "review"
    verbose_name = "matluoi"

    def ready(self) -> None:
        """Words are compiled before the first of them is looked up."""
        compile_words()
