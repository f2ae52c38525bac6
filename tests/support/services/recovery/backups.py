"""Somebody who opens the backups of tests: their station's key file is sealed to this key."""

from __future__ import annotations

from testimony.sealing.age.recipients import OpeningKey

KEEPER = OpeningKey.from_text("AGE-SECRET-KEY-PQ-1NK3EMZ226GFKFURRH9AAUGY3A7T23Y5X8576L8HGEHX4ECCQXRWSV58ZWW")
"""Always the same: some tests restore in a process of its own."""
SEALED = (KEEPER.recipient,)
"""The `recipients` of a folder."""
