"""Words on links that were signed together, as one decision on a group."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds `LinkDecision.together`."""

    dependencies = [("review", "0006_drawn_by_lot")]
    operations = [
        migrations.AddField(
            model_name="linkdecision",
            name="together",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
    ]
