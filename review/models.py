"""Everything that the application keeps, gathered from the folders that own it."""

from review.access.reviewers import Reviewer
from review.audit.entries import AuditEntry, AuditHead
from review.cases.records import (
    Case,
    CaseAgency,
    CaseEvidence,
    CaseVersion,
    EvidenceRow,
    Member,
    MemberTerm,
    Ranking,
    Reason,
    Tie,
)
from review.work.records import (
    Comment,
    Decision,
    Handed,
    LinkDecision,
    Outcome,
    SavedView,
    Suppression,
    Visit,
    Watch,
)

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Case",
    "CaseAgency",
    "CaseEvidence",
    "CaseVersion",
    "Comment",
    "Decision",
    "EvidenceRow",
    "Handed",
    "LinkDecision",
    "Member",
    "MemberTerm",
    "Outcome",
    "Ranking",
    "Reason",
    "Reviewer",
    "SavedView",
    "Suppression",
    "Tie",
    "Visit",
    "Watch",
]
