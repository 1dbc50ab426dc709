"""Locks requirements: what the .in files ask for becomes exact versions with hashes in the .txt files."""

import subprocess
import sys
from pathlib import Path

from script.launcher.environment import PYTHON, ROOT, say

# One file serves every supported Python and platform, and no line says where to download.
OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
    "--no-header",
)


def sources() -> list[Path]:
    """Everything that is locked."""
    return [*sorted(ROOT.glob("requirements*.in")), ROOT / "script" / "uv.in"]


def main(arguments: list[str]) -> int:
    """Lock all; arguments go to ``uv pip compile``, for example ``--upgrade``."""
    for source in sources():
        target = source.with_suffix(".txt")
        say(f"Locking {target.name}")
        command = [str(PYTHON), "-m", "uv", "--system-certs", "pip", "compile", *OPTIONS, *arguments]
        names = [str(path.relative_to(ROOT)) for path in (source, target)]
        if subprocess.run([*command, names[0], "-o", names[1]], cwd=ROOT, check=False).returncode != 0:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
