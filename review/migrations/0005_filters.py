"""The cases of a typology and of a province are read from an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The indexes of reasons by typology and of members by province hold their cases as well."""

    dependencies = [("review", "0004_circumstances")]
    operations = [
        migrations.AlterField(model_name="reason", name="typology", field=models.CharField(max_length=60)),
        migrations.AddIndex(
            model_name="reason",
            index=models.Index(fields=["typology", "case"], name="reason_cases"),
        ),
        migrations.RemoveIndex(model_name="member", name="member_province"),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["province_code", "case"], name="member_province"),
        ),
    ]
