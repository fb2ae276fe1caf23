"""`python -m review.manage import_ranking --home H --as-of D`: idempotent."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from configs.errors import MatluoiError
from review.cases.import_ranking import import_ranking


class Command(BaseCommand):
    """Import a published ranking; the same one again changes nothing."""

    help = "Import the case files of a published ranking."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--home", type=Path, required=True)
        parser.add_argument("--as-of", type=date.fromisoformat, required=True)

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            done = import_ranking(options["home"], options["as_of"])
        except MatluoiError as error:
            raise CommandError(str(error)) from error
        state = f"{done.new_cases} new cases" if done.changed else "nothing new"
        self.stdout.write(f"{done.networks} networks for {done.as_of}: {state}")
