"""The audit's rows: each carries the seal of the one before it."""

from django.db import models


class AuditEntry(models.Model):
    """One thing that somebody did. `seal` covers the row and the seal before it."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=120, db_index=True)
    details = models.JSONField(default=dict)
    seal = models.CharField(max_length=64)

    class Meta:
        app_label = "review"
        ordering = ("number",)


class AuditHead(models.Model):
    """The last number under its own seal, one row: it orders writers, and shows when the end was cut off."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        app_label = "review"
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_audit_head"),)
