"""`python -m review.manage verify_audit`: exit code 1 and the place where the chain breaks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from review.audit.chain import first_break
from review.audit.entries import AuditEntry


class Command(BaseCommand):
    """Check every seal of the audit."""

    help = "Check the chain of the audit: edits, deletions, reorderings, a cut end."

    def handle(self, *_: Any, **__: Any) -> None:
        broken = first_break()
        if broken:
            raise CommandError(f"the audit was changed: {broken}")
        self.stdout.write(f"{AuditEntry.objects.count()} entries, unbroken")
