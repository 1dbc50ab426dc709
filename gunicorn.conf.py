"""How the web server logs, wherever it is started in this directory."""

# The path without its query, and no referrer: callers' names and numbers stand in those.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(b)s %(L)s"
