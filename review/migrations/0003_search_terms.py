"""A search and each order of the queue are read from an index."""

from itertools import islice

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Lower

from review.cases.texts import NUMBERS, endings

_CHUNK = 5000


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Members and records that were imported before get what a search compares."""
    member, term, row = (
        apps.get_model("review", name).objects.using(schema_editor.connection.alias)
        for name in ("Member", "MemberTerm", "EvidenceRow")
    )
    terms = (
        term.model(member_id=pk, text=text)
        for pk, name, key in member.values_list("pk", "name", "key").iterator(_CHUNK)
        for text in endings(name, key)
    )
    while chunk := list(islice(terms, _CHUNK)):
        term.bulk_create(chunk)
    for feed, column in NUMBERS.items():
        row.filter(feed=feed).update(number=Lower(Coalesce(KT(f"normalised__{column}"), F("key"))))


_ORDERS = {"rank": "-as_of", "value": "-value_vnd", "due": "due_on", "change": "-changed_on"}


class Migration(migrations.Migration):
    """Adds `MemberTerm` and `EvidenceRow.number`, drops `Member.searchable`."""

    dependencies = [("review", "0002_queue_order")]
    operations = [
        migrations.CreateModel(
            name="MemberTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="terms",
                        to="review.member",
                    ),
                ),
                ("text", models.CharField(db_index=True, max_length=120)),
            ],
        ),
        migrations.RemoveField(model_name="member", name="searchable"),
        migrations.AddField(
            model_name="evidencerow",
            name="number",
            field=models.CharField(db_index=True, default="", max_length=300),
            preserve_default=False,
        ),
        migrations.RemoveIndex(model_name="case", name="case_queue"),
        *(
            migrations.AddIndex(
                model_name="case",
                index=models.Index(
                    fields=[first, "rank", "network_id", "state", "snoozed_until", "id"],
                    name=f"case_by_{name}",
                ),
            )
            for name, first in _ORDERS.items()
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
