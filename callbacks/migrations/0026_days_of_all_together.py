import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

CHANNELS = [
    ("phone", "phone"),
    ("webcare", "webcare"),
    ("chat", "chat"),
    ("email", "e-mail"),
    ("desk", "desk"),
]


# What is kept is counted anew, by workers of this version, or of the version before when it comes back: not by
# those that are still there for a moment. First, as a worker that counts takes this row first too.
FORGET = """
UPDATE callbacks_recount SET day = NULL, next_at = now() + interval '15 minutes';
DELETE FROM callbacks_countedday;
TRUNCATE callbacks_promiseday, callbacks_callday, callbacks_contactday;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("availability", "0015_agreed_terms"),
        ("callbacks", "0025_counted_rows"),
    ]

    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.DeleteModel(name="BookedDay"),
        migrations.CreateModel(
            name="BookedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("half_day", models.SmallIntegerField()),
                ("booked", models.PositiveIntegerField()),
                (
                    "places",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "minutes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "specialist",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="availability.specialist",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="availability.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "booked times of a day",
                "verbose_name_plural": "booked times of days",
                "indexes": [
                    models.Index(
                        condition=models.Q(("specialist", None)),
                        fields=["team", "day"],
                        name="booked_day_of_all",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "team", "specialist", "half_day"),
                        name="booked_day_counted_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        *(
            migrations.AlterField(
                model_name=name,
                name="channel",
                field=models.CharField(blank=True, choices=CHANNELS, max_length=10),
            )
            for name in ("promiseday", "callday", "contactday")
        ),
        *(
            migrations.AlterField(
                model_name=name,
                name="topic",
                field=models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="availability.topic",
                ),
            )
            for name in ("promiseday", "callday")
        ),
        migrations.AlterField(
            model_name="contactday", name="half", field=models.CharField(blank=True, max_length=2)
        ),
        migrations.RemoveConstraint(model_name="promiseday", name="promise_day_counted_once"),
        migrations.AddConstraint(
            model_name="promiseday",
            constraint=models.UniqueConstraint(
                fields=("day", "team", "topic", "channel", "half"),
                name="promise_day_counted_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="promiseday",
            index=models.Index(
                condition=models.Q(("topic", None)),
                fields=["channel", "team", "day"],
                include=("half", "n", "kept", "late", "spoken", "first_spoken", "first_calls", "in_time"),
                name="promise_day_of_all",
            ),
        ),
        migrations.RemoveConstraint(model_name="callday", name="call_day_counted_once"),
        migrations.AddConstraint(
            model_name="callday",
            constraint=models.UniqueConstraint(
                fields=("day", "team", "topic", "channel", "half", "number", "outcome"),
                name="call_day_counted_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="callday",
            index=models.Index(
                condition=models.Q(("topic", None)),
                fields=["channel", "team", "day"],
                include=("half", "number", "outcome", "n"),
                name="call_day_of_all",
            ),
        ),
        migrations.AddIndex(
            model_name="contactday",
            index=models.Index(
                condition=models.Q(("channel", ""), ("half", "")),
                fields=["topic", "day"],
                include=("refused", "wanted", "owed"),
                name="contact_day_of_all",
            ),
        ),
        migrations.AddIndex(
            model_name="contactday",
            index=models.Index(
                condition=models.Q(("half", "")),
                fields=["topic", "day"],
                include=(
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
                ),
                name="contact_day_whole",
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, FORGET),
    ]
