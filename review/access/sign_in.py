"""Signing in: password, second factor, lockout; and nothing without it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

from configs.review import review_limits
from review.access.reviewers import Reviewer
from review.access.totp import accepted_step
from review.access.unsent import keep_unsent
from review.audit.chain import record

_UNKNOWN = "(unknown)"


class SignInForm(forms.Form):
    """Name, password, and the code for those who have a second factor. One message for every failure."""

    username = forms.CharField(label=_("Tên đăng nhập"), max_length=150)
    password = forms.CharField(label=_("Mật khẩu"), widget=forms.PasswordInput, strip=False)
    code = forms.CharField(label=_("Mã xác thực (nếu đã bật)"), required=False, max_length=10)

    def __init__(self, *rest: Any, request: HttpRequest, **named: Any) -> None:
        super().__init__(*rest, **named)
        self._request = request
        self.person: Reviewer | None = None
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "autofocus": True}
        self.fields["password"].widget.attrs |= {"autocomplete": "current-password"}
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "numeric"}

    def clean(self) -> dict[str, Any]:
        """The person, or one message that does not say which part was wrong."""
        values = super().clean() or {}
        if self.errors:
            return values
        self.person = sign_in(self._request, values["username"], values["password"], values["code"])
        if self.person is None:
            raise forms.ValidationError(
                _("Không đăng nhập được. Kiểm tra tên, mật khẩu và mã. Sai nhiều lần, tài khoản bị khóa tạm.")
            )
        return values


def sign_in(request: HttpRequest, username: str, password: str, code: str) -> Reviewer | None:
    """The person when everything is right and the account is not locked; failures are counted."""
    limits = review_limits().access
    with transaction.atomic():
        known = Reviewer.objects.select_for_update().filter(username=username).first()
        if known is None:
            # As slow as for a known name; what was typed may be a password and is not kept.
            authenticate(request, username=username, password=password)
            record(_UNKNOWN, "sign_in_failed", "")
            return None
        if known.locked_until is not None and known.locked_until > timezone.now():
            record(known.username, "sign_in_locked", f"reviewer:{known.pk}")
            return None
        person = authenticate(request, username=username, password=password)
        step = 0
        if person is not None and known.totp_secret:
            step = accepted_step(known.totp_secret, code, known.totp_last_step) or 0
        if person is None or (known.totp_secret and not step):
            known.failed_sign_ins += 1
            if known.failed_sign_ins >= limits.failed_sign_ins:
                known.locked_until = timezone.now() + timedelta(minutes=limits.lockout_minutes)
                known.failed_sign_ins = 0
            known.save(update_fields=["failed_sign_ins", "locked_until"])
            record(known.username, "sign_in_failed", f"reviewer:{known.pk}")
            return None
        Reviewer.objects.filter(pk=known.pk).update(
            failed_sign_ins=0, locked_until=None, totp_last_step=max(step, known.totp_last_step)
        )
        record(known.username, "signed_in", f"reviewer:{known.pk}", second_factor=bool(step))
    return person if isinstance(person, Reviewer) else None


def missing_step(person: Reviewer) -> str:
    """The page on which the person must do something before anything else; empty when nothing is left."""
    if person.must_change_password:
        return "change_password"
    if person.role in review_limits().access.second_factor_roles and not person.totp_secret:
        return "second_factor"
    return ""


class RequireSignIn(LoginRequiredMiddleware):
    """Every page needs a signed-in person who has a password of their own and the factors of their role."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:
        """Lead to the sign-in; what was typed into a form of a case waits there for whoever signs in."""
        if request.method != "POST" or request.resolver_match is None:
            return super().handle_no_permission(request, view_func)
        network_id = request.resolver_match.kwargs.get("network_id", "")
        back = f"{reverse('case', args=[network_id])}#next" if network_id else reverse("queue")
        keep_unsent(request)
        messages.warning(request, _("Phiên làm việc đã hết; chưa có gì được ghi. Đăng nhập rồi gửi lại."))
        answer = redirect_to_login(back, reverse("sign_in"))
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(answer["Location"])
        return answer

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Redirect to the sign-in, or to what must be done first."""
        if request.path.startswith("/api/"):
            return None  # it refuses by itself, without leading a program to a form
        refused = super().process_view(request, view_func, view_args, view_kwargs)
        if refused is not None:
            return refused
        person = request.user
        step = missing_step(person) if isinstance(person, Reviewer) else ""
        if step and request.path not in {reverse(name) for name in (step, "sign_out", "set_language")}:
            return redirect(step)
        return None
