"""Who calls is nobody's business who reads the web server's log."""

import re
import runpy
from pathlib import Path

from django.conf import settings


def test_the_access_log_holds_no_query_no_referrer_and_no_address() -> None:
    logged = runpy.run_path(str(Path(settings.BASE_DIR) / "gunicorn.conf.py"))["access_log_format"]
    assert set(re.findall(r"%\(([^)]+)\)", logged)) == {"t", "m", "U", "s", "b", "L"}
