"""The application as Django knows it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from review.locale.compile_words import compile_words
from review.work.four_eyes import keep_four_eyes


class ReviewConfig(AppConfig):
    """One app, split by purpose into folders; `models.py` gathers what they keep."""

    name = "review"
    verbose_name = "matluoi"

    def ready(self) -> None:
        """Compile the words before one is looked up; the database keeps the rule of two people."""
        compile_words()
        post_migrate.connect(keep_four_eyes, sender=self)
