"""Signing in and out, one's password and second factor, the people of the desk, the audit."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from configs.agencies import load_agencies
from review.access.people import give_one_time_password
from review.access.permissions import Act, demand
from review.access.reviewers import Reviewer, Role
from review.access.sign_in import SignInForm, missing_step
from review.access.totp import accepted_step, address_of, new_secret, picture_of
from review.audit.chain import record
from review.audit.reading import read_audit
from review.pages.audit_words import details_said
from review.pages.requests import person_of
from review.pages.vocabulary import ACTIONS
from review.pages.wording import agency_name


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name, password, code."""
    form = SignInForm(request.POST or None, request=request)
    target = request.POST.get("next") or request.GET.get("next") or ""
    if request.method == "POST" and form.is_valid() and form.person is not None:
        login(request, form.person, backend="django.contrib.auth.backends.ModelBackend")
        safe = url_has_allowed_host_and_scheme(
            target, {request.get_host()}, require_https=request.is_secure()
        )
        return redirect(target if safe else reverse("queue"))
    status = 422 if request.method == "POST" else 200
    return render(request, "review/sign_in.html", {"form": form, "next": target}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    record(person_of(request).username, "signed_out", f"reviewer:{person_of(request).pk}")
    logout(request)
    return redirect("sign_in")


def change_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own; a one-time password leads here first."""
    person = person_of(request)
    form = PasswordChangeForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        Reviewer.objects.filter(pk=person.pk).update(must_change_password=False)
        update_session_auth_hash(request, person)
        record(person.username, "password_changed", f"reviewer:{person.pk}")
        messages.success(request, _("Đã đổi mật khẩu."))
        return redirect("queue")
    return render(request, "review/password.html", {"form": form})


def second_factor(request: HttpRequest) -> HttpResponse:
    """Turn the second factor on: the secret is kept once a right code shows that it arrived."""
    person = person_of(request)
    secret = request.session.get("new_totp_secret") or new_secret()
    request.session["new_totp_secret"] = secret
    if request.method == "POST":
        step = accepted_step(secret, request.POST.get("code", ""), 0)
        if step is None:
            messages.error(request, _("Mã không đúng. Kiểm tra giờ của điện thoại rồi thử lại."))
        else:
            Reviewer.objects.filter(pk=person.pk).update(totp_secret=secret, totp_last_step=step)
            del request.session["new_totp_secret"]
            record(person.username, "second_factor_on", f"reviewer:{person.pk}")
            messages.success(request, _("Đã bật xác thực hai lớp."))
            return redirect("queue")
    address = address_of(person, secret)
    context = {
        "secret": secret,
        "address": address,
        "picture": mark_safe(picture_of(address, _("Mã QR của khóa"))),
        "on": bool(person.totp_secret),
        "required": missing_step(person) == "second_factor",
    }
    return render(request, "review/second_factor.html", context)


class PersonForm(forms.ModelForm):
    """A person of the desk or of an agency."""

    agency = forms.ChoiceField(label=gettext_lazy("Cơ quan"), required=False)

    class Meta:
        model = Reviewer
        fields = ("username", "first_name", "last_name", "role", "agency", "is_active")
        labels = {  # noqa: RUF012 - Django's own form
            "username": gettext_lazy("Tên đăng nhập"),
            "first_name": gettext_lazy("Tên riêng"),
            "last_name": gettext_lazy("Họ"),
            "role": gettext_lazy("Vai trò"),
            "is_active": gettext_lazy("Đang làm việc"),
        }

    def __init__(self, *rest: object, **named: object) -> None:
        super().__init__(*rest, **named)  # type: ignore[arg-type]
        names = [(name, agency_name(name)) for name in load_agencies()]
        self.fields["agency"].choices = [("", _("Đầu mối phân tích")), *names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """People and cases of an agency are no administrator's: there is nothing for one to do there."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("role") == Role.ADMINISTRATOR and values.get("agency"):
            raise forms.ValidationError(_("Quản trị viên thuộc đầu mối phân tích, không thuộc cơ quan nhận."))
        return values


def people(request: HttpRequest) -> HttpResponse:
    """Who may sign in; an administrator adds somebody with a one-time password that is shown once."""
    demand(person_of(request), Act.MANAGE_PEOPLE)
    form = PersonForm(request.POST or None)
    password = ""
    if request.method == "POST" and form.is_valid():
        person = form.save(commit=False)
        password = give_one_time_password(person)
        record(
            person_of(request).username,
            "person_created",
            f"reviewer:{person.pk}",
            role=person.role,
            agency=person.agency,
        )
        form = PersonForm()
    context = {"people": Reviewer.objects.all(), "form": form, "password": password}
    return render(request, "review/people.html", context, status=422 if form.errors else 200)


def change_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Change a person's role, agency or standing; one cannot change oneself."""
    demand(person_of(request), Act.MANAGE_PEOPLE)
    person = Reviewer.objects.filter(pk=person_id).exclude(pk=person_of(request).pk).first()
    if person is None:
        return redirect("people")
    if "renew" in request.POST and request.POST.get("verified") == "1":
        password = give_one_time_password(person)
        record(person_of(request).username, "person_renewed", f"reviewer:{person.pk}")
        context = {"form": PersonForm(instance=person), "changed": person, "password": password}
        return render(request, "review/person.html", context)
    if "renew" in request.POST:
        messages.error(request, _("Đánh dấu rằng đã xác minh người đề nghị, rồi cấp lại."))
        return redirect("change_person", person.pk)
    form = PersonForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        record(
            person_of(request).username,
            "person_changed",
            f"reviewer:{person.pk}",
            role=person.role,
            agency=person.agency,
            active=person.is_active,
        )
        messages.success(request, _("Đã lưu."))
        return redirect("people")
    return render(request, "review/person.html", {"form": form, "changed": person})


def audit(request: HttpRequest) -> HttpResponse:
    """The record of who saw and did what."""
    action, actor = request.GET.get("action", ""), request.GET.get("actor", "")[:150]
    subject = request.GET.get("subject", "")[:120]
    asked = {"action": action if action in ACTIONS else "", "actor": actor, "subject": subject}
    page = read_audit(person_of(request), **asked, page=request.GET.get("page"))
    for entry in page:
        entry.said = details_said(entry.details)  # type: ignore[attr-defined]
    return render(request, "review/audit.html", {"page": page, "actions": ACTIONS, "asked": asked})
