"""Signing in: lockout, second factor, one message for every failure."""

from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from configs.review import review_limits
from review.access.reviewers import Reviewer, Role
from review.access.totp import accepted_step
from review.audit.entries import AuditEntry
from tests.review.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def _sign_in(name: str, password: str = PASSWORD, code: str = "") -> int:
    sent = {"username": name, "password": password, "code": code, "next": "https://elsewhere.example/"}
    answered = Client().post(reverse("sign_in"), sent)
    if answered.status_code == 302:
        assert answered["Location"] == "/"
    return answered.status_code


def test_the_right_password_leads_to_the_queue_and_never_elsewhere(person):
    person(name="lan")
    assert _sign_in("lan") == 302
    assert AuditEntry.objects.get().action == "signed_in"


def test_failures_lock_and_are_recorded_without_what_was_typed(person):
    who = person(name="lan")
    for _ in range(5):
        assert _sign_in("lan", "sai mật khẩu rồi") == 422
    assert _sign_in("lan") == 422  # locked, although the password is right
    who.refresh_from_db()
    assert who.locked_until > timezone.now()
    Reviewer.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert _sign_in("lan") == 302
    assert _sign_in("mật khẩu gõ nhầm chỗ") == 422
    said = [(entry.actor, entry.action) for entry in AuditEntry.objects.order_by("number")]
    assert said[:5] == [("lan", "sign_in_failed")] * 5
    assert said[5:] == [
        ("lan", "sign_in_locked"),
        ("lan", "signed_in"),
        ("(unknown)", "sign_in_failed"),
    ]


def test_a_second_factor_is_asked_and_each_code_counts_once(person):
    secret = pyotp.random_base32()
    who = person(name="lan")
    who.totp_secret = secret
    who.save()
    assert _sign_in("lan") == 422
    code = pyotp.TOTP(secret).now()
    assert _sign_in("lan", code=code) == 302
    assert _sign_in("lan", code=code) == 422


def test_a_code_of_another_time_is_refused(monkeypatch):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    monkeypatch.setattr("time.time", lambda: 30 * 1000)
    clock = pyotp.TOTP(secret)
    assert accepted_step(secret, clock.generate_otp(1000), 0) == 1000
    assert accepted_step(secret, clock.generate_otp(999), 0) == 999
    assert accepted_step(secret, clock.generate_otp(990), 0) is None
    assert accepted_step(secret, clock.generate_otp(1000), 1000) is None


@pytest.mark.parametrize("role", [Role.APPROVER, Role.ADMINISTRATOR])
def test_a_role_may_need_a_second_factor_before_anything_else(person, monkeypatch, role):
    limits = review_limits()
    access = limits.access.model_copy(update={"second_factor_roles": ("approver", "administrator")})
    monkeypatch.setattr(
        "review.access.sign_in.review_limits", lambda: limits.model_copy(update={"access": access})
    )
    who, client = person(role), Client()
    signed = {"username": who.username, "password": PASSWORD}
    assert client.post(reverse("sign_in"), signed)["Location"] == "/"
    for address in ("/", reverse("people"), reverse("proposals"), reverse("change_password")):
        assert client.get(address)["Location"] == reverse("second_factor")
    assert client.get("/api/cases").status_code == 401
    page = client.get(reverse("second_factor"))
    assert "phải có xác thực hai lớp" in page.content.decode()
    assert "<svg" in page.content.decode()
    secret = page.context["secret"]
    assert client.post(reverse("second_factor"), {"code": pyotp.TOTP(secret).now()}).status_code == 302
    assert client.get(reverse("people" if role == Role.ADMINISTRATOR else "proposals")).status_code == 200
    assert Client().get("/").status_code == 302
    client.force_login(person())
    assert client.get("/").status_code == 200


def test_an_administrator_renews_whoever_lost_password_or_device(person, browser):
    who = person(name="lan")
    who.totp_secret = pyotp.random_base32()
    who.save()
    theirs = Client()
    theirs.force_login(who)
    administrator, address = browser(person(Role.ADMINISTRATOR)), reverse("change_person", args=[who.pk])
    unverified = administrator.post(address, {"renew": "1"}, follow=True).content.decode()
    assert "Đánh dấu rằng đã xác minh" in unverified
    assert theirs.get("/").status_code == 200
    page = administrator.post(address, {"renew": "1", "verified": "1"})
    password = page.context["password"]
    assert password in page.content.decode()
    assert theirs.get("/").status_code == 302
    assert _sign_in("lan") == 422
    assert _sign_in("lan", password) == 302
    who.refresh_from_db()
    assert (who.must_change_password, who.totp_secret) == (True, "")
    theirs.force_login(who)
    assert theirs.get("/")["Location"] == reverse("change_password")
    new = {"old_password": password, "new_password1": f"{PASSWORD} mới", "new_password2": f"{PASSWORD} mới"}
    assert theirs.post(reverse("change_password"), new)["Location"] == "/"
    assert theirs.get("/").status_code == 200
    assert password not in administrator.get(address).content.decode()
    assert AuditEntry.objects.filter(action="person_renewed", subject=f"reviewer:{who.pk}").count() == 1
