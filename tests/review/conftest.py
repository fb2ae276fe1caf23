"""People of every role and agency, and the tiny ranking imported."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings

from review.access.reviewers import Reviewer, Role
from review.cases.import_ranking import import_ranking
from review.cases.records import Case
from tests.review.world import AS_OF, FIRST, write_world

PASSWORD = "mật khẩu đủ dài 389"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home and a landing zone of the test's own; a quick hash, because many people are made."""
    with override_settings(
        HOME=tmp_path,
        LANDING=tmp_path / "landing",
        STATIC_ROOT=tmp_path,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield tmp_path


@pytest.fixture
def cases(db, home) -> dict[str, Case]:
    """The two cases of the tiny ranking, by network id."""
    import_ranking(write_world(home), AS_OF)
    return {case.network_id: case for case in Case.objects.all()}


@pytest.fixture
def case(cases) -> Case:
    return cases[FIRST]


@pytest.fixture
def person(db, home) -> Callable[..., Reviewer]:
    """Makes somebody of a role, at the desk or at an agency."""

    def make(role: str = Role.INVESTIGATOR, agency: str = "", name: str = "") -> Reviewer:
        username = name or f"{role}_{agency or 'desk'}"
        known = Reviewer.objects.filter(username=username).first()
        return known or Reviewer.objects.create_user(username, password=PASSWORD, role=role, agency=agency)

    return make


@pytest.fixture
def browser() -> Callable[[Reviewer], Client]:
    """A signed-in client that raises nothing: faults are pages."""

    def signed_in(who: Reviewer) -> Client:
        client = Client(raise_request_exception=True)
        client.force_login(who)
        return client

    return signed_in
