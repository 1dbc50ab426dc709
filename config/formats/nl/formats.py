"""Dutch notation: full dates in sentences, 24-11-2026 in tables, a 24-hour clock, weeks from Monday."""

DATE_FORMAT = "l j F Y"
SHORT_DATE_FORMAT = "d-m-Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "l j F Y H:i"
SHORT_DATETIME_FORMAT = "d-m-Y H:i"
FIRST_DAY_OF_WEEK = 1
