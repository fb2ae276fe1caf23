"""Tables of what people do with cases."""

import hashlib
import json

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """What may be proposed for a case."""

    CONFIRM = "confirm", _("Xác nhận có dấu hiệu vi phạm")
    DISMISS = "dismiss", _("Không có dấu hiệu vi phạm")
    INCONCLUSIVE = "inconclusive", _("Chưa đủ căn cứ kết luận")
    REFER = "refer", _("Chuyển xử lý")


class Standing(models.TextChoices):
    """What became of a proposal."""

    OPEN = "open", _("Chờ phê duyệt")
    APPROVED = "approved", _("Đã phê duyệt")
    REJECTED = "rejected", _("Không phê duyệt")
    WITHDRAWN = "withdrawn", _("Đã rút")


class Decision(models.Model):
    """A proposal and the answer of a second person. The database itself refuses one's own approval."""

    case = models.ForeignKey("review.Case", on_delete=models.PROTECT, related_name="decisions")
    ranking = models.ForeignKey("review.Ranking", on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    agency = models.CharField(max_length=60, blank=True)
    reason = models.TextField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals"
    )
    proposed_at = models.DateTimeField()
    standing = models.CharField(max_length=20, choices=Standing.choices, default=Standing.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="approvals"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    # Set when a referral is approved: until when the agency answers, and the law that it rests on that day.
    answer_due_on = models.DateField(null=True, blank=True)
    legal_basis = models.JSONField(default=list)

    class Meta:
        app_label = "review"
        ordering = ("-proposed_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(standing__in=["open", "withdrawn"])
                | (Q(decided_by__isnull=False) & Q(decided_at__isnull=False)),
                name="an_answer_has_a_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="four_eyes"
            ),
            models.CheckConstraint(
                condition=(Q(verdict="refer") & ~Q(agency="")) | (~Q(verdict="refer") & Q(agency="")),
                name="a_referral_names_its_agency",
            ),
            models.UniqueConstraint(fields=("case",), condition=Q(standing="open"), name="one_open_proposal"),
        )
        indexes = (models.Index(fields=("agency", "standing"), name="referred_to"),)


class Handed(models.Model):
    """What a referral hands to its agency, fixed when it is proposed: two people decide on what leaves.

    The case goes on with every ranking, this does not. Members, reasons, records and links are those of
    `review.referrals.shape`, within what the agency may see.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="handed")
    as_of = models.DateField()
    rank = models.PositiveIntegerField()
    score = models.FloatField()
    members = models.JSONField()
    reasons = models.JSONField()
    records = models.JSONField()
    links = models.JSONField()

    class Meta:
        app_label = "review"

    def fingerprint(self) -> str:
        """SHA-256 of what is handed over: the audit keeps it."""
        parts = [self.members, self.reasons, self.records, self.links]
        content = [self.as_of.isoformat(), self.rank, self.score, parts]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Comment(models.Model):
    """A note, or a question that keeps the case waiting."""

    case = models.ForeignKey("review.Case", on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()
    text = models.TextField()
    asks = models.BooleanField(default=False)

    class Meta:
        app_label = "review"
        ordering = ("-at", "-pk")


class Suppression(models.Model):
    """A false positive that stays out of the queue until a day."""

    case = models.ForeignKey("review.Case", on_delete=models.CASCADE, related_name="suppressions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateField()
    reason = models.TextField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        app_label = "review"
        ordering = ("until",)


class Watch(models.Model):
    """A case, or a member wherever it appears, that somebody wants to hear of."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watches")
    case = models.ForeignKey("review.Case", null=True, blank=True, on_delete=models.CASCADE)
    kind = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField()

    class Meta:
        app_label = "review"
        ordering = ("-since",)
        constraints = (
            models.UniqueConstraint(
                fields=("by", "case"), condition=Q(case__isnull=False), name="a_case_watched_once"
            ),
            models.UniqueConstraint(
                fields=("by", "kind", "key"), condition=Q(case__isnull=True), name="a_member_watched_once"
            ),
        )


class Visit(models.Model):
    """Which ranking's version of a case somebody has seen last."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    case = models.ForeignKey("review.Case", on_delete=models.CASCADE, related_name="visits")
    ranking = models.ForeignKey("review.Ranking", on_delete=models.CASCADE)
    at = models.DateTimeField()
    # What that version was, once the same ranking was imported anew with another one.
    seen = models.JSONField(null=True)

    class Meta:
        app_label = "review"
        constraints = (models.UniqueConstraint(fields=("by", "case"), name="a_visit_a_case"),)


class SavedView(models.Model):
    """Filters of the queue under a name."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)

    class Meta:
        app_label = "review"
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("by", "name"), name="a_view_name_once"),)


class LinkDecision(models.Model):
    """A signed word on whether two members are one hand; taking it back undoes it."""

    case = models.ForeignKey("review.Case", on_delete=models.PROTECT, related_name="link_decisions")
    kind_a = models.CharField(max_length=20)
    key_a = models.CharField(max_length=300)
    kind_b = models.CharField(max_length=20)
    key_b = models.CharField(max_length=300)
    verdict = models.CharField(
        max_length=10, choices=[("same", _("Cùng một người")), ("not_same", _("Không cùng một người"))]
    )
    reason = models.TextField()
    # The same for every pair of a group that was judged at once: they are taken back at once, too.
    together = models.CharField(max_length=16, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "review"
        ordering = ("-at", "-pk")


class Outcome(models.Model):
    """What the agency answered to a referral; it becomes rows of `enforcement_actions`."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="outcomes")
    decision_no = models.CharField(max_length=80, unique=True)
    decided_on = models.DateField()
    outcome = models.CharField(
        max_length=10, choices=[("confirmed", _("Xác định vi phạm")), ("cleared", _("Không vi phạm"))]
    )
    violation = models.CharField(max_length=20, blank=True)
    penalty_vnd = models.BigIntegerField(null=True, blank=True)
    subjects = models.JSONField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    landed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "review"
        ordering = ("-decided_on", "-pk")
