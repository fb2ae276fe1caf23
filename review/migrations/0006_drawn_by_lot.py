"""Cases below the cut that a ranking drew by lot, to be looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the lot to versions, and the last one to the case for the queue."""

    dependencies = [("review", "0005_filters")]
    operations = [
        migrations.AddField(
            model_name="caseversion", name="drawn_cut", field=models.PositiveIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="caseversion", name="drawn_chance", field=models.FloatField(null=True)
        ),
        migrations.AddField(
            model_name="case", name="drawn_on", field=models.DateField(blank=True, null=True)
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("drawn_on__isnull", False)), fields=["drawn_on"], name="case_drawn"
            ),
        ),
    ]
