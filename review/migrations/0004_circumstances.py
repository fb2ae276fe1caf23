"""Cases keep what ties their members beyond chance."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds `Case.circumstances`."""

    dependencies = [("review", "0003_search_terms")]
    operations = [
        migrations.AddField(model_name="case", name="circumstances", field=models.JSONField(default=list)),
    ]
