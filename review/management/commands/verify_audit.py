"""`python -m review.manage verify_audit`: exit code 1 and the place where the chain breaks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from review.audit.chain import first_break
from review.audit.entries import AuditEntry
from review.work.forgery import first_forgery


class Command(BaseCommand):
    """Check every seal of the audit, and that it tells of every decision."""

    help = "Check the chain of the audit (edits, deletions, reorderings, a cut end) and decisions against it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--holds",
            metavar="NUMBER:SEAL",
            help="The last entry of an earlier check: finds a database that was put back to before it.",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        broken = first_break() or _put_back(options["holds"] or "") or first_forgery()
        if broken:
            raise CommandError(f"the audit was changed: {broken}")
        last = AuditEntry.objects.order_by("number").last()
        self.stdout.write(f"{last.number if last else 0} entries, unbroken")
        if last:
            self.stdout.write(f"last entry {last.number}:{last.seal}")


def _put_back(earlier: str) -> str:
    number, _, seal = earlier.partition(":")
    if not earlier or (number.isdecimal() and AuditEntry.objects.filter(number=number, seal=seal).exists()):
        return ""
    return f"entry {number} is not the one that was there at the earlier check"
