"""Roles for the pages of central. None of them reads testimonies: no key at central opens one."""

from __future__ import annotations

import re
from typing import Final

ROLES: Final = ("administrator", "registrar", "observer")
NAME: Final = re.compile(r"[a-z][a-z0-9-]{1,31}")
COMMAND: Final = "(command)"
"""The actor of a command on the machine itself."""
TOKEN: Final = "(token)"  # noqa: S105 - a name for who holds it
"""The actor who uses the token that was printed at start."""
OF_ACCOUNTS: Final = (
    "add", "role", "reset", "remove", "another", "enrol-key", "enrol-password", "forget-key", "forget-password",
    "sign-in", "end", "wrong", "counter",
)  # fmt: skip
OF_ROSTERS: Final = ("propose", "unpropose", "settle", "reopen", "drop", "publish")
BACKUP_KEY: Final = "backup-key"
ACTS: Final = (*OF_ACCOUNTS, *OF_ROSTERS, BACKUP_KEY)
SHORTEST, LONGEST = 12, 128
"""Characters of a password."""
