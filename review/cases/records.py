"""Tables of cases. A case outlives rankings: each import adds a version and replaces what is current."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from review.cases.texts import TERM_LENGTH


class State(models.TextChoices):
    """Where a case stands. The last four are closed and rest on a decision of two people."""

    NEW = "new", _("Mới")
    WORKING = "working", _("Đang xem xét")
    WAITING = "waiting", _("Chờ thông tin")
    PROPOSED = "proposed", _("Chờ phê duyệt")
    CONFIRMED = "confirmed", _("Xác nhận có dấu hiệu")
    DISMISSED = "dismissed", _("Không có dấu hiệu")
    INCONCLUSIVE = "inconclusive", _("Chưa đủ căn cứ")
    REFERRED = "referred", _("Đã chuyển xử lý")


_SHOWS = ("state", "snoozed_until", "id")
CLOSED = (State.CONFIRMED, State.DISMISSED, State.INCONCLUSIVE, State.REFERRED)
# What became of a case that no later ranking holds: `Case.change`, beside the words of the ranking itself.
GONE = "gone"


class Ranking(models.Model):
    """One imported ranking and what it stands on."""

    as_of = models.DateField(unique=True)
    fingerprint = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    networks = models.PositiveIntegerField()
    # Books by feed and the newest business date of each, from the run's manifest.
    feeds = models.JSONField(default=dict)
    built_with = models.JSONField(default=dict)

    class Meta:
        app_label = "review"
        ordering = ("-as_of",)


class Case(models.Model):
    """A network under its lasting id."""

    network_id = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.NEW)
    ranking = models.ForeignKey(Ranking, on_delete=models.PROTECT, related_name="cases")
    # The ranking's date once more, so that the queue's order is an index.
    as_of = models.DateField()
    first_seen = models.DateField()
    due_on = models.DateField()
    rank = models.PositiveIntegerField()
    score = models.FloatField()
    value_vnd = models.BigIntegerField()
    outlier_score = models.FloatField(default=0)
    outlier_contribution = models.FloatField(default=0)
    outlier_reasons = models.JSONField(default=list)
    # What ties members beyond chance: {circumstance, value, members: [[kind, key]]}.
    circumstances = models.JSONField(default=list)
    change = models.CharField(max_length=20)
    changed_on = models.DateField()
    typologies = models.JSONField(default=list)
    agencies = models.JSONField(default=list)
    summary_vi = models.TextField()
    summary_en = models.TextField()
    members_count = models.PositiveIntegerField(default=0)
    has_tip = models.BooleanField(default=False)
    # The last ranking that drew the case by lot, to learn what the ranking misses; none for its rank alone.
    drawn_on = models.DateField(null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases"
    )
    snoozed_until = models.DateField(null=True, blank=True)
    closing = models.ForeignKey(
        "review.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="closed_cases"
    )
    # Counts up with every act: a form that was opened before another act is stale.
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "review"
        ordering = ("rank", "network_id")
        indexes = (
            # Each order of the queue, with what decides whether a case shows in it.
            *(
                models.Index(fields=(*order, "rank", "network_id", *_SHOWS), name=f"case_by_{name}")
                for name, order in (
                    ("rank", ("-as_of",)),
                    ("value", ("-value_vnd",)),
                    ("due", ("due_on",)),
                    ("change", ("-changed_on",)),
                )
            ),
            models.Index(fields=("state", "rank"), name="case_state"),
            models.Index(fields=("assignee", "rank"), name="case_assignee"),
            models.Index(fields=("drawn_on",), name="case_drawn", condition=Q(drawn_on__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=[str(state) for state in CLOSED]) | Q(closing__isnull=False),
                name="closed_only_by_a_decision",
            ),
        )

    @property
    def is_closed(self) -> bool:
        """Whether two people have decided it."""
        return self.state in CLOSED


class CaseAgency(models.Model):
    """An agency that a case suits: `Case.agencies` once more, so that the queue's filter is an index."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="suits")
    agency = models.CharField(max_length=60)

    class Meta:
        app_label = "review"
        constraints = (models.UniqueConstraint(fields=("agency", "case"), name="an_agency_once"),)


class CaseVersion(models.Model):
    """What one ranking said of a case, whole."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="versions")
    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="versions")
    rank = models.PositiveIntegerField()
    score = models.FloatField()
    value_vnd = models.BigIntegerField()
    members = models.JSONField(default=list)
    typologies = models.JSONField(default=list)
    # Drawn by lot below this many networks, each with this chance; none where it was not drawn.
    drawn_cut = models.PositiveIntegerField(null=True)
    drawn_chance = models.FloatField(null=True)

    class Meta:
        app_label = "review"
        ordering = ("-ranking__as_of",)
        constraints = (models.UniqueConstraint(fields=("case", "ranking"), name="one_version_a_ranking"),)

    @property
    def one_in(self) -> int | None:
        """Of how many networks below the cut one was drawn."""
        return round(1 / self.drawn_chance) if self.drawn_chance else None


class Member(models.Model):
    """Somebody or something that follow-up would look at, as of the case's latest version."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="members")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=300)
    known_as = models.CharField(max_length=300)
    role = models.CharField(max_length=40)
    name = models.CharField(max_length=300, blank=True)
    province_code = models.CharField(max_length=4, blank=True)

    class Meta:
        app_label = "review"
        ordering = ("role", "kind", "key")
        indexes = (
            models.Index(fields=("kind", "key"), name="member_key"),
            models.Index(fields=("province_code", "case"), name="member_province"),
        )
        constraints = (models.UniqueConstraint(fields=("case", "kind", "key"), name="a_member_once"),)


class MemberTerm(models.Model):
    """What a search for a member may begin with: see `texts.endings`."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="terms")
    text = models.CharField(max_length=TERM_LENGTH, db_index=True)

    class Meta:
        app_label = "review"


class Reason(models.Model):
    """One typology of a case: what raises the score, and which innocent explanations were tested."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reasons")
    position = models.PositiveSmallIntegerField()
    typology = models.CharField(max_length=60)
    score = models.FloatField()
    value_vnd = models.BigIntegerField()
    contribution = models.FloatField()
    signal = models.CharField(max_length=60)
    value = models.FloatField(null=True)
    typical = models.FloatField(null=True)
    tail = models.FloatField(null=True)
    peers = models.IntegerField(null=True)
    title = models.JSONField()
    reason = models.JSONField()
    innocent = models.JSONField(default=list)

    class Meta:
        app_label = "review"
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("case", "typology"), name="a_typology_once"),)
        indexes = (models.Index(fields=("typology", "case"), name="reason_cases"),)


class EvidenceRow(models.Model):
    """A source record: as it came, as it was read, and where it stands."""

    feed = models.CharField(max_length=40)
    key = models.CharField(max_length=300)
    # Its number among its sender's: waybill, declaration, transaction.
    number = models.CharField(max_length=300, db_index=True)
    source_file = models.CharField(max_length=400)
    source_line = models.PositiveIntegerField()
    sender = models.CharField(max_length=100)
    business_date = models.DateField()
    event_at = models.DateTimeField(null=True)
    amount_vnd = models.BigIntegerField(null=True)
    original = models.JSONField()
    normalised = models.JSONField()

    class Meta:
        app_label = "review"
        ordering = ("event_at", "feed", "key")
        constraints = (models.UniqueConstraint(fields=("feed", "key"), name="a_record_once"),)
        indexes = (models.Index(fields=("key",), name="record_key"),)


class CaseEvidence(models.Model):
    """Which record shows which reason of which case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="evidence")
    typology = models.CharField(max_length=60)
    position = models.PositiveIntegerField()
    record = models.ForeignKey(EvidenceRow, on_delete=models.PROTECT, related_name="shows")

    class Meta:
        app_label = "review"
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("case", "typology", "record"), name="a_record_shows_once"),
        )
        indexes = (models.Index(fields=("case", "position"), name="evidence_order"),)


class Tie(models.Model):
    """What holds two members together, and the records that show it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="ties")
    kind_a = models.CharField(max_length=20)
    key_a = models.CharField(max_length=300)
    kind_b = models.CharField(max_length=20)
    key_b = models.CharField(max_length=300)
    tie = models.CharField(max_length=40)
    weight = models.FloatField()
    records = models.JSONField(default=list)

    class Meta:
        app_label = "review"
        ordering = ("kind_a", "key_a", "kind_b", "key_b", "tie")
