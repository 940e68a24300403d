from django.db import migrations, models
from django.db.models.functions import TruncDate


def days(apps, schema_editor):
    """A reading from before was made on the day on which it was published, and not again since."""
    day = TruncDate("asked_at")
    apps.get_model("scrutinise", "Reading").objects.update(as_of=day, stood_until=day)


class Migration(migrations.Migration):
    dependencies = [("scrutinise", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="reading", name="reading_once_a_version_and_engine"),
        migrations.AddField(model_name="reading", name="as_of", field=models.DateField(null=True)),
        migrations.AddField(model_name="reading", name="stood_until", field=models.DateField(null=True)),
        migrations.RunPython(days, migrations.RunPython.noop),
        migrations.AlterField(model_name="reading", name="as_of", field=models.DateField()),
        migrations.AlterField(model_name="reading", name="stood_until", field=models.DateField()),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint("version", "engine", "as_of", name="reading_once_a_day"),
        ),
    ]
