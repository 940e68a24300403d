from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scrutinise', '0003_desk'),
    ]

    operations = [
        migrations.AddField(
            model_name='finding',
            name='held',
            field=models.BooleanField(default=False),
        ),
    ]
