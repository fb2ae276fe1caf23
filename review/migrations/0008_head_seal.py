"""The head of the audit gets a seal of its own: it held the last entry's, which any entry could stand in for."""

from django.db import migrations

from review.audit.chain import head_seal


def seal_head(apps, _editor):
    """Seal the head where it stands; a chain that was cut before shows as it did."""
    for head in apps.get_model("review", "AuditHead").objects.filter(number__gt=0):
        head.seal = head_seal(head.number, head.seal)
        head.save()


class Migration(migrations.Migration):
    """No table changes."""

    dependencies = [("review", "0007_words_together")]

    operations = [migrations.RunPython(seal_head, migrations.RunPython.noop)]
