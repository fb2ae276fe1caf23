"""Decisions held against the audit: what was written past the application left no entry there."""

from review.audit.entries import AuditEntry
from review.work.records import Decision, Standing


def first_forgery() -> str:
    """The first decision of which the audit tells otherwise, in words; empty when both say the same."""
    said: dict[tuple[str, int], tuple[str, tuple[str, str, str], str]] = {}
    kept = AuditEntry.objects.filter(action__in=["proposed", Standing.APPROVED, Standing.REJECTED])
    for entry in kept.iterator(chunk_size=2000):
        about = entry.details
        said[entry.action, about["decision"]] = (
            entry.actor,
            (entry.subject, about["verdict"], about["agency"]),
            about.get("handed", ""),
        )
    for decision in Decision.objects.select_related("case", "handed").order_by("pk").iterator(chunk_size=500):
        told = (decision.case.network_id, decision.verdict, decision.agency)
        proposer, proposed, handed = said.pop(("proposed", decision.pk), ("", (), ""))
        if proposed != told:
            return f"decision {decision.pk} was not proposed so"
        if handed != (decision.handed.fingerprint() if hasattr(decision, "handed") else ""):
            return f"what decision {decision.pk} hands over is not what was proposed"
        if decision.standing in (Standing.APPROVED, Standing.REJECTED):
            answerer, answered, _handed = said.pop((decision.standing, decision.pk), ("", (), ""))
            if answered != told or answerer == proposer:
                return f"decision {decision.pk} was not {decision.standing} so"
    return f"decision {min(pk for _action, pk in said)} is not there as it was made" if said else ""
