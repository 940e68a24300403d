"""Votes and statements pointed at places in the chain; now they point at the rows of entries."""

from django.db import migrations
from django.db.models import F


def point_at_rows(apps, schema_editor):
    """The rows were made in the order of their places, the first with the id 1."""
    for name in ("Vote", "Statement"):
        apps.get_model("listen", name).objects.update(entry=F("entry") + 1)
    apps.get_model("listen", "Conversation").objects.filter(changed__gte=0).update(changed=F("changed") + 1)


class Migration(migrations.Migration):
    dependencies = [("listen", "0001_initial"), ("record", "0002_a_log_in_place_of_the_chain")]

    operations = [migrations.RunPython(point_at_rows, migrations.RunPython.noop)]
