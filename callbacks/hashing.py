"""Secrets that stand in an address: only their hash is kept."""

import hashlib


def hashed(secret: str) -> str:
    """How a secret is stored. It is long and random: no salt and no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
