"""The queue's order and the filter by province become indexes."""

from datetime import date

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def copy_dates(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Each case takes the date of the ranking that named it last."""
    case, ranking = apps.get_model("review", "Case"), apps.get_model("review", "Ranking")
    dates = ranking.objects.filter(pk=OuterRef("ranking")).values("as_of")
    case.objects.using(schema_editor.connection.alias).update(as_of=Subquery(dates))


class Migration(migrations.Migration):
    """Adds `Case.as_of`, from the ranking."""

    dependencies = [("review", "0001_start")]
    operations = [
        migrations.RemoveIndex(model_name="case", name="case_queue"),
        migrations.RemoveIndex(model_name="member", name="member_province"),
        migrations.AddField(
            model_name="case",
            name="as_of",
            field=models.DateField(default=date(2000, 1, 1)),
            preserve_default=False,
        ),
        migrations.RunPython(copy_dates, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["-as_of", "rank", "network_id"], name="case_queue"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["case", "province_code"], name="member_province"),
        ),
    ]
