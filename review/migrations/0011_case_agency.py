"""The cases that suit an agency are read from an index."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_CHUNK = 5000


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Cases that were imported before."""
    case, suits = (
        apps.get_model("review", name).objects.using(schema_editor.connection.alias)
        for name in ("Case", "CaseAgency")
    )
    known = case.values_list("pk", "agencies").iterator(_CHUNK)
    suits.bulk_create(
        (suits.model(case_id=pk, agency=name) for pk, names in known for name in dict.fromkeys(names)),
        batch_size=_CHUNK,
    )


class Migration(migrations.Migration):
    """Adds `CaseAgency`."""

    dependencies = [("review", "0010_handed")]
    operations = [
        migrations.CreateModel(
            name="CaseAgency",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency", models.CharField(max_length=60)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suits",
                        to="review.case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "case"), name="an_agency_once"),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
