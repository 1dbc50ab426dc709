"""Whether the collected static files still are those of the sources; collecting takes seconds."""

import hashlib
from pathlib import Path


def fingerprint(root: Path) -> str:
    """A short text that changes with our static files and with the packages that bring more."""
    ours = sorted(path for path in (root / "static").rglob("*") if path.is_file())
    facts = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in ours]
    packages = (root / "requirements-demo.txt").read_bytes()
    return hashlib.sha256(packages + repr(facts).encode()).hexdigest()


def is_collected(root: Path, stamp: Path) -> bool:
    """Whether the last complete collection was of what is there now."""
    return stamp.exists() and stamp.read_text() == fingerprint(root)
