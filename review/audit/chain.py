"""The audit as a chain: an edit, a deletion, a reordering or a cut end breaks a seal.

Seals are HMAC-SHA-256 under the application's key: whoever can write the database but does not hold the key
cannot make a chain that checks.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from review.audit.entries import AuditEntry, AuditHead


def record(actor: str, action: str, subject: str = "", **details: Any) -> AuditEntry:
    """Add one entry. `details` hold no personal data: ids of rows, verdicts, lengths, never values."""
    with transaction.atomic():
        AuditHead.objects.get_or_create(id=1)
        # The one row of the head orders writers: each waits for the one before it.
        head = AuditHead.objects.select_for_update().get(id=1)
        entry = AuditEntry(
            number=head.number + 1,
            at=timezone.now(),
            actor=actor,
            action=action,
            subject=subject,
            details=details,
        )
        before = AuditEntry.objects.filter(number=head.number).values_list("seal", flat=True).first() or ""
        entry.seal = seal(entry, before)
        entry.save(force_insert=True)
        AuditHead.objects.filter(id=1).update(number=entry.number, seal=head_seal(entry.number, entry.seal))
    return entry


def seal(entry: AuditEntry, before: str) -> str:
    """The seal of an entry that follows the seal `before`."""
    at: datetime = entry.at
    content = [
        entry.number,
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor,
        entry.action,
        entry.subject,
        entry.details,
        before,
    ]
    return _sealed(content)


def head_seal(number: int, last: str) -> str:
    """The seal of the head of a chain of so many entries: an entry's own seal does not pass for it."""
    return _sealed(["head", number, last])


def _sealed(content: list[Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def first_break() -> str:
    """Where the chain breaks, in words; empty when it holds."""
    before = ""
    expected = 1
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=2000):
        if entry.number != expected:
            return f"entry {expected} is missing"
        if not hmac.compare_digest(entry.seal, seal(entry, before)):
            return f"entry {entry.number} does not match its seal"
        before = entry.seal
        expected += 1
    head = AuditHead.objects.filter(id=1).first()
    last = expected - 1
    if (head.number if head else 0) != last:
        return f"the chain ends at entry {last}, the head says {head.number if head else 0}"
    if head and last and not hmac.compare_digest(head.seal, head_seal(last, before)):
        return f"the chain ends at entry {last}, the head was not sealed there"
    return ""
