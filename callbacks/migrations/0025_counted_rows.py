from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("availability", "0015_agreed_terms"),
        ("callbacks", "0024_customer_email"),
    ]

    operations = [
        # What is kept is counted anew. Workers of the version before cannot keep it any more: not before they
        # are gone. First, as a worker that counts takes this row first too.
        migrations.RunSQL(
            "UPDATE callbacks_recount SET day = NULL, next_at = now() + interval '15 minutes'",
            migrations.RunSQL.noop,
        ),
        migrations.DeleteModel(name="CountedDay"),
        migrations.CreateModel(
            name="CountedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rows", models.CharField(max_length=10)),
                ("day", models.DateField()),
            ],
            options={
                "verbose_name": "counted day",
                "verbose_name_plural": "counted days",
            },
        ),
        migrations.AddConstraint(
            model_name="countedday",
            constraint=models.UniqueConstraint(fields=("rows", "day"), name="day_counted_once"),
        ),
        migrations.RemoveIndex(model_name="contact", name="contact_with_reason"),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("avoidable_reason__isnull", False)),
                fields=["topic", "at"],
                include=("avoidable_reason", "result", "channel"),
                name="contact_with_reason",
            ),
        ),
        migrations.RemoveIndex(model_name="contact", name="contact_refused"),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("result", "refused")),
                fields=["topic", "at"],
                include=("refusal_reason", "channel"),
                name="contact_refused",
            ),
        ),
        migrations.RemoveIndex(model_name="contact", name="contact_transferred"),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("result", "transferred")),
                fields=["topic", "at"],
                include=("transferred_to", "reached", "channel"),
                name="contact_transferred",
            ),
        ),
        migrations.AddField(
            model_name="promiseday",
            name="in_time",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
    ]
