-- Repeats the rows of one period in the periods after it: keys move on by the number of rows a table has in a
-- period (width), instants by its days, at the same hour of the clock in the session's time zone.

CREATE TEMP TABLE period ON COMMIT DROP AS
SELECT number, number * make_interval(days => %(days)s) AS shift FROM generate_series(1, %(times)s) AS number;

INSERT INTO callbacks_contact (
    id, customer_id, agent_id, channel, topic_id, result, searched_online, avoidable, at, about_id,
    transferred_to_id, reached, referred_to, refusal_reason, note, avoidable_reason_id, opened_at
)
SELECT
    one.id + number * %(contacts)s, customer_id + number * %(customers)s, agent_id, channel, topic_id, result,
    searched_online, avoidable, at + shift, about_id + number * %(appointments)s, transferred_to_id, reached,
    referred_to, refusal_reason, note, avoidable_reason_id, opened_at + shift
FROM period CROSS JOIN callbacks_contact AS one
-- Nobody asks about an appointment that is not repeated.
WHERE about_id IS NULL OR about_id + number * %(appointments)s <= %(wanted)s;

INSERT INTO callbacks_appointment (
    id, version, reference, customer_id, contact_id, topic_id, team_id, specialist_id, starts_at, ends_at, phone,
    question, internal_note, state, confirm_by, unconfirmed_flagged_at, next_action_at, created_by_id, created_at,
    second_phone, second_phone_note, reach_note, case_number, read_by_booker_at
)
SELECT
    one.id + number * %(appointments)s, version,
    -- As demo.names.reference makes it.
    (
        SELECT
            substr(%(alphabet)s, mod(rest, 27)::int + 1, 1)
            || substr(%(alphabet)s, mod(rest / 27, 27)::int + 1, 1)
            || substr(%(alphabet)s, mod(rest / 729, 27)::int + 1, 1)
            || '-'
            || substr(%(alphabet)s, mod(rest / 19683, 27)::int + 1, 1)
            || substr(%(alphabet)s, mod(rest / 531441, 27)::int + 1, 1)
            || substr(%(alphabet)s, mod(rest / 14348907, 27)::int + 1, 1)
            || substr(%(alphabet)s, mod(rest / 387420489, 27)::int + 1, 1)
        FROM (SELECT mod((one.id + number * %(appointments)s) * %(stride)s, %(references)s) AS rest) AS key
    ),
    customer.id, contact_id + number * %(contacts)s, topic_id, team_id, specialist_id, starts_at + shift,
    ends_at + shift, customer.phone, question, internal_note, state, confirm_by + shift,
    unconfirmed_flagged_at + shift, next_action_at + shift, created_by_id, one.created_at + shift, second_phone,
    second_phone_note, reach_note, case_number, read_by_booker_at + shift
FROM period CROSS JOIN callbacks_appointment AS one
INNER JOIN callbacks_customer AS customer ON customer.id = one.customer_id + number * %(customers)s
WHERE one.id + number * %(appointments)s <= %(wanted)s
ORDER BY number, one.id;

INSERT INTO callbacks_promise (
    id, appointment_id, starts_at, ends_at, counts_from, due_at, made_at, made_by_id, ended_at, outcome, remind_at,
    overdue_flagged_at
)
SELECT
    one.id + number * %(promises)s, appointment_id + number * %(appointments)s, starts_at + shift,
    ends_at + shift, counts_from + shift, due_at + shift, made_at + shift, made_by_id, ended_at + shift, outcome,
    remind_at + shift, overdue_flagged_at + shift
FROM period CROSS JOIN callbacks_promise AS one
WHERE appointment_id + number * %(appointments)s <= %(wanted)s;

INSERT INTO callbacks_attempt (
    id, appointment_id, promise_id, number, started_at, by_id, outcome, note, result_for_customer, result_for_agent,
    next_step
)
SELECT
    one.id + period.number * %(attempts)s, appointment_id + period.number * %(appointments)s,
    promise_id + period.number * %(promises)s, one.number, started_at + shift, by_id, outcome, note,
    result_for_customer, result_for_agent, next_step
FROM period CROSS JOIN callbacks_attempt AS one
WHERE appointment_id + period.number * %(appointments)s <= %(wanted)s;

INSERT INTO callbacks_logentry (
    id, appointment_id, at, by_id, by_name, verb, from_state, to_state, reason, details
)
SELECT
    one.id + number * %(entries)s, appointment_id + number * %(appointments)s, at + shift, by_id, by_name, verb,
    from_state, to_state, reason,
    CASE
        WHEN details = '{}' THEN details
        ELSE details || (
            SELECT coalesce(jsonb_object_agg(
                key, to_char((value::timestamptz + shift) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
            ), '{}')
            FROM jsonb_each_text(details) WHERE right(key, 3) IN ('_at', '_by')
        )
    END
FROM period CROSS JOIN callbacks_logentry AS one
WHERE appointment_id + number * %(appointments)s <= %(wanted)s;
