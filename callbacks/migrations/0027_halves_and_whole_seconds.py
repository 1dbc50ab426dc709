from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# What is kept of them is counted anew, as in the migration before.
FORGET = """
UPDATE callbacks_recount SET day = NULL, next_at = now() + interval '15 minutes';
DELETE FROM callbacks_countedday WHERE rows IN ('due', 'worked');
TRUNCATE callbacks_promiseday, callbacks_callday, callbacks_bookedday, callbacks_teamday;
"""
FIELDS = [("promiseday", "lead"), ("teamday", "bookings")]


class Migration(migrations.Migration):
    dependencies = [("callbacks", "0026_days_of_all_together")]

    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        *(
            migrations.AlterField(model_name=model, name=name, field=ArrayField(models.IntegerField()))
            for model, name in FIELDS
        ),
        migrations.RemoveIndex("contactday", "contact_day_of_all"),
        migrations.RemoveIndex("contactday", "contact_day_whole"),
        migrations.AddIndex(
            "contactday",
            models.Index(
                fields=["half", "topic", "day"],
                include=["refused", "wanted", "owed"],
                condition=models.Q(channel=""),
                name="contact_day_of_all",
            ),
        ),
        migrations.AddIndex(
            "contactday",
            models.Index(
                fields=["half", "topic", "day"],
                include=[
                    "channel",
                    "resolved",
                    "eligible",
                    "again",
                    "immature",
                    "n",
                    "avoidable",
                    "avoidable_asked",
                    "searched",
                    "searched_asked",
                    "refused",
                    "wanted",
                    "owed",
                ],
                condition=~models.Q(channel=""),
                name="contact_day_by_channel",
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, FORGET),
    ]
