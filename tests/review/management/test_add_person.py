"""Adding somebody from the command line."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from review.access.reviewers import Reviewer
from review.audit.entries import AuditEntry

pytestmark = pytest.mark.django_db


def test_the_first_administrator_signs_in_once_and_replaces_the_password(home, capsys):
    call_command("add_person", "lan", role="administrator")
    password = capsys.readouterr().out.split()[-1]
    client = Client()
    assert client.post("/sign-in/", {"username": "lan", "password": password})["Location"] == "/"
    assert client.get("/people/")["Location"] == "/account/password/"
    assert AuditEntry.objects.get(action="person_created").details == {"role": "administrator", "agency": ""}
    with pytest.raises(CommandError, match="taken"):
        call_command("add_person", "lan", role="viewer")
    assert Reviewer.objects.count() == 1


def test_an_administrator_adds_others_who_get_a_password_once(person, browser):
    client = browser(person("administrator"))
    sent = {"username": "minh", "role": "investigator", "agency": "customs", "is_active": "on"}
    page = client.post("/people/", sent)
    password = page.context["password"]
    assert password in page.content.decode()
    assert password not in client.get("/people/").content.decode()
    minh = Reviewer.objects.get(username="minh")
    assert (minh.agency, minh.must_change_password, minh.check_password(password)) == ("customs", True, True)
    changed = sent | {"role": "viewer", "agency": ""}
    assert client.post(f"/people/{minh.pk}/", changed).status_code == 302
    minh.refresh_from_db()
    assert (minh.role, minh.agency) == ("viewer", "")
