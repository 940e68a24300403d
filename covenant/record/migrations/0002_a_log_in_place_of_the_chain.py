"""Takes the entries of the chain over into the log: their places stay."""

import hashlib
import json

from django.db import migrations, models

A_BATCH = 5000


def take_over(apps, schema_editor):
    Old, Entry = apps.get_model("record", "ChainEntry"), apps.get_model("record", "Entry")
    rows = []
    for old in Old.objects.order_by("index").iterator(chunk_size=A_BATCH):
        told = {"at": old.at.strftime("%Y-%m-%dT%H:%M:%SZ"), "body": old.body, "kind": old.kind, "subject": old.subject}
        data = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        leaf = hashlib.sha256(b"\0" + data.encode()).digest()
        rows.append(
            Entry(index=old.index, at=old.at, kind=old.kind, subject=old.subject, data=data, leaf=leaf)
        )
        if len(rows) == A_BATCH:
            Entry.objects.bulk_create(rows)
            rows = []
    Entry.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]

    operations = [
        migrations.RenameModel("Entry", "ChainEntry"),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("index", models.BigIntegerField(null=True, unique=True)),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=100)),
                ("data", models.TextField()),
                ("leaf", models.BinaryField(max_length=32)),
            ],
            options={"verbose_name_plural": "entries", "ordering": ["index"]},
        ),
        migrations.AddIndex("entry", models.Index(models.F("subject"), models.F("index"), name="entry_about")),
        migrations.AddIndex("entry", models.Index(models.F("leaf"), name="entry_leaf")),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.CharField(max_length=64)),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"ordering": ["size"]},
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.DeleteModel("ChainEntry"),
    ]
