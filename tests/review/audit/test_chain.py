"""The audit's chain finds every way of changing it."""

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from review.audit.chain import first_break, record
from review.audit.entries import AuditEntry, AuditHead

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    for number in range(5):
        record("lan", "case_viewed", f"ML-{number}", rows=number)


def test_an_untouched_chain_holds(chain, capsys):
    assert first_break() == ""
    call_command("verify_audit")
    assert "5 entries, unbroken" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "minh"),
        ("action", "approved"),
        ("subject", "ML-9"),
        ("details", {"rows": 7}),
        ("seal", "0" * 64),
    ],
)
def test_an_edit_is_found(chain, column, value):
    AuditEntry.objects.filter(number=3).update(**{column: value})
    assert "3" in first_break()
    with pytest.raises(CommandError):
        call_command("verify_audit")


def test_a_deletion_in_the_middle_is_found(chain):
    AuditEntry.objects.filter(number=2).delete()
    assert first_break() == "entry 2 is missing"


def test_a_cut_end_is_found(chain):
    AuditEntry.objects.filter(number__gte=4).delete()
    assert "ends at entry 3" in first_break()


def test_a_cut_end_is_found_when_the_head_goes_along(chain):
    AuditEntry.objects.filter(number__gte=4).delete()
    AuditHead.objects.update(number=3, seal=AuditEntry.objects.get(number=3).seal)
    assert first_break() == "the chain ends at entry 3, the head was not sealed there"


def test_a_database_put_back_is_found_by_the_last_entry_of_an_earlier_check(chain, capsys):
    kept = AuditHead.objects.get()
    record("lan", "case_viewed", "ML-9")
    call_command("verify_audit")
    earlier = capsys.readouterr().out.split()[-1]
    call_command("verify_audit", holds=earlier)
    AuditEntry.objects.filter(number=6).delete()
    kept.save()
    call_command("verify_audit")
    with pytest.raises(CommandError, match="entry 6"):
        call_command("verify_audit", holds=earlier)


def test_a_reordering_is_found(chain):
    second, third = AuditEntry.objects.get(number=2), AuditEntry.objects.get(number=3)
    second.subject, third.subject = third.subject, second.subject
    second.details, third.details = third.details, second.details
    second.seal, third.seal = third.seal, second.seal
    second.save()
    third.save()
    assert "2" in first_break()


def test_a_chain_made_without_the_key_does_not_check(chain):
    with override_settings(SECRET_KEY="another"):
        AuditEntry.objects.all().delete()
        AuditHead.objects.all().delete()
        record("lan", "case_viewed", "ML-0")
    assert "entry 1" in first_break()
