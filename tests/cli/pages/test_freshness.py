"""The page of the list of readers: a desk shows its key, headquarters names it, and the desk confirms the list."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from testimony.services.enrolment.organisation import Organisation
from tests.support.cli.headquarters import ROOTS
from tests.support.cli.page import Reader, steps_of
from tests.support.cli.program import run


def test_a_coordinator_confirms_the_list_of_readers_as_the_page_says(
    organisation: Organisation, homes: Path, reader: Callable[[dict[str, str]], Reader]
) -> None:
    desk = str(homes / "desk-coordinator")
    typed = organisation.keeper("coordinator-1").passphrase + "\n"
    follows = reader({"DESK": desk})
    confirm, name = steps_of("freshness.md")
    (key,) = re.findall(r"^ *key +(\S+=[0-9a-f]{64})$", follows.type(confirm, typed), re.M)
    follows.names = {**follows.names, "ID=KEY": key}
    follows.type(name, "".join(organisation.keeper(root).passphrase + "\n" for root in ROOTS))
    bundle = homes / "rosters" / "roster-2.bundle"
    assert run("roster", "adopt", bundle, "--home", desk).returncode == 0
    done = run(*follows.words(confirm), typed=typed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "roster no 2 is the newest" in done.stdout
