"""`python -m review.manage add_person lan --role administrator`: prints a one-time password."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from configs.agencies import load_agencies
from review.access.people import give_one_time_password
from review.access.reviewers import Reviewer, Role
from review.audit.chain import record


class Command(BaseCommand):
    """Add somebody; an administrator adds the others in the application."""

    help = "Add a person with a one-time password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument("--agency", choices=sorted(load_agencies()), default="")

    def handle(self, *_: Any, **options: Any) -> None:
        if Reviewer.objects.filter(username=options["username"]).exists():
            raise CommandError("that user name is taken.")
        person = Reviewer(username=options["username"], role=options["role"], agency=options["agency"])
        password = give_one_time_password(person)
        record(
            "(command line)",
            "person_created",
            f"reviewer:{person.pk}",
            role=person.role,
            agency=person.agency,
        )
        self.stdout.write(f"one-time password: {password}")
