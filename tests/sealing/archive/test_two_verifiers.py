"""The two verifiers, in Python and in JavaScript, find the same in records that insiders made wrong in every way."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from testimony import canonical
from testimony.errors import NotCanonical
from tests.support.sealing.archives import findings
from tests.support.sealing.mutated_archives import Workshop
from tests.support.sealing.mutations import bytes_of

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "tests" / "js" / "archiveanswers.mjs"
BATCH = 250
EACH_RUN, LONG_RUN = 2_000, 100_000
ROUND = 2_000
"""Changes between two calls of Node.js: an organisation and its keys are made anew for each."""


def differences(seed: str, count: int, node: str, folder: Path) -> Iterator[str]:
    """Make `count` changed things; what the two verifiers do not find alike, with the archive where it is."""
    workshop = Workshop(Random(seed))
    folder.mkdir()
    made = [workshop.batch(BATCH) for _ in range(count // BATCH)] + [workshop.alone() for _ in range(count // 25)]
    for number, data in enumerate(made):
        (folder / f"{number:05}.zip").write_bytes(data)
    done = subprocess.run([node, str(SCRIPT), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for (file, theirs), data in zip(json.loads(done.stdout), made, strict=True):
        ours = [[one.code, str(one.holds), one.tid, dict(one.values)] for one in findings(data)]
        if ours != theirs:
            here, there = (Counter(json.dumps(one, sort_keys=True) for one in said) for said in (ours, theirs))
            yield f"{seed} {file}: Python alone {sorted(here - there)}; JavaScript alone {sorted(there - here)}"


def test_both_find_the_same_in_two_thousand_changed_things(node: str, tmp_path: Path) -> None:
    seed = os.environ.get("TESTIMONY_FUZZ", os.urandom(8).hex())
    assert list(differences(seed, EACH_RUN, node, tmp_path / "changed")) == []


@pytest.mark.long(short="test_both_find_the_same_in_two_thousand_changed_things")
def test_both_find_the_same_in_a_hundred_thousand_changed_things(node: str, tmp_path: Path) -> None:
    begun = os.environ.get("TESTIMONY_FUZZ", os.urandom(8).hex())
    for number in range(LONG_RUN // ROUND):
        assert list(differences(f"{begun}.{number}", ROUND, node, tmp_path / str(number))) == []


def test_what_nests_deeper_than_readers_allow_is_tried_too() -> None:
    value: list[object] = []
    for _ in range(canonical.DEPTH):
        value = [value]
    with pytest.raises(NotCanonical):
        canonical.decode(bytes_of(Random(1), value))


def test_what_is_changed_reaches_every_check(tmp_path: Path) -> None:
    """Else both could agree by refusing everything at the door."""
    workshop = Workshop(Random(1))
    said = Counter(one.code for _ in range(8) for one in findings(workshop.batch(BATCH)))
    said.update(one.code for _ in range(40) for one in findings(workshop.alone()))
    asked = {
        "manifest.holds", "manifest.imported", "manifest.refused", "manifest.newer", "record.refused",
        "received.holds", "received.open",
        "log.entry",
        "revealed.holds", "revealed.header", "interviewer.holds", "interviewer.imported", "interviewer.refused",
        "receipt.holds", "receipt.refused",
        "withdrawn.all", "withdrawn.part", "annexes.hold", "rosters.refused", "list.form", "list.signed", "log.refused",
    }  # fmt: skip
    assert asked - set(said) == set()
