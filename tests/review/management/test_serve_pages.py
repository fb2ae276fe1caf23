"""What stands before the first request: the last ranking, demo people only when asked for, static files."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from review.access.reviewers import Reviewer, Role
from review.cases.records import Case, Ranking
from tests.review.world import AS_OF, write_world

pytestmark = pytest.mark.django_db


def test_without_a_published_ranking_it_says_what_to_do(home):
    with pytest.raises(CommandError, match="Run the pipeline first"):
        call_command("serve_pages", prepare_only=True)


def test_the_last_ranking_is_imported_and_nobody_is_made_unasked(home):
    write_world(home)
    call_command("serve_pages", prepare_only=True)
    assert Ranking.objects.get().as_of == AS_OF
    assert Case.objects.count() == 2
    assert not Reviewer.objects.exists()


def test_demo_people_have_every_role_and_agency_and_a_one_time_password(home, capsys):
    write_world(home)
    call_command("serve_pages", prepare_only=True, demo=True)
    said = capsys.readouterr().out
    roles = set(Reviewer.objects.filter(agency="").values_list("role", flat=True))
    assert roles == set(Role.values)
    assert Reviewer.objects.filter(agency="customs").exists()
    password = re.search(r"one-time password of each: (\S+)", said).group(1)
    client = Client()
    client.post("/sign-in/", {"username": "customs", "password": password})
    assert client.get("/")["Location"] == "/account/password/"

    customs = Reviewer.objects.get(username="customs")
    customs.set_password("mật khẩu riêng đủ dài")
    customs.must_change_password = False
    customs.save()
    call_command("serve_pages", prepare_only=True, demo=True)
    again = capsys.readouterr().out
    assert "sbv" in again
    assert "customs" not in again
    assert password not in again
    assert Reviewer.objects.get(username="customs").check_password("mật khẩu riêng đủ dài")
    assert not Reviewer.objects.get(username="sbv").check_password(password)
    Reviewer.objects.update(must_change_password=False)
    call_command("serve_pages", prepare_only=True, demo=True)
    assert "keep their passwords" in capsys.readouterr().out
