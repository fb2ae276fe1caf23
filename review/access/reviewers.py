"""People who sign in: their role, their agency, what locks them out."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may do; see `permissions.py`."""

    VIEWER = "viewer", _("Người xem")
    INVESTIGATOR = "investigator", _("Cán bộ điều tra")
    APPROVER = "approver", _("Người phê duyệt")
    ADMINISTRATOR = "administrator", _("Quản trị viên")
    AUDITOR = "auditor", _("Kiểm tra viên")


class Reviewer(AbstractUser):
    """A user. Without an agency it belongs to the ranking's own desk and sees every case."""

    role = models.CharField(max_length=20, choices=Role.choices, default=Role.VIEWER)
    agency = models.CharField(max_length=60, blank=True)
    must_change_password = models.BooleanField(default=False)
    failed_sign_ins = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    totp_secret = models.CharField(max_length=64, blank=True)
    # The time step of the last code: a code that was used is not accepted again.
    totp_last_step = models.BigIntegerField(default=0)

    class Meta:
        app_label = "review"
        ordering = ("username",)

    def get_full_name(self) -> str:
        """The family name comes first."""
        return f"{self.last_name} {self.first_name}".strip()
