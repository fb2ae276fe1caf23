"""Reading the audit, which is an entry of its own."""

from typing import Any

from django.core.paginator import Page, Paginator

from review.access.permissions import Act, demand
from review.access.reviewers import Reviewer
from review.audit.chain import record
from review.audit.entries import AuditEntry

_PAGE_ENTRIES = 100


def read_audit(person: Reviewer, action: str, actor: str, subject: str, page: Any) -> Page[AuditEntry]:
    """One page of what was recorded, the newest first; empty filters let everything through."""
    demand(person, Act.READ_AUDIT)
    wanted = {"action": action, "actor": actor, "subject": subject}
    entries = AuditEntry.objects.filter(**{name: value for name, value in wanted.items() if value})
    record(person.username, "audit_read", "")
    return Paginator(entries.order_by("-number"), _PAGE_ENTRIES).get_page(page)
