"""Without this program: SLIP-39's command, the lines of docs/recovery-format.md and an independent age restore."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from testimony.sealing.age import age
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys import recovery_shares

ROOT = Path(__file__).parents[3]
SEED = bytes(range(100, 132))
TYPAGE = """
import { readFileSync } from "node:fs";
import { Decrypter } from "age-encryption";
const decrypter = new Decrypter();
decrypter.addIdentity(readFileSync(process.argv[2], "utf-8").trim());
process.stdout.write(await decrypter.decrypt(readFileSync(process.argv[3])));
"""


def lines_of_the_page() -> str:
    page = (ROOT / "docs" / "recovery-format.md").read_text("utf-8")
    found = re.search(r"python3 - <<END > \S+\n(.*?)\n    END", page, re.S)
    assert found is not None
    return textwrap.dedent(found[1])


def restored_by_the_command(texts: list[str]) -> str:
    """The hex digits that `shamir recover` prints."""
    command = [sys.executable, "-m", "shamir_mnemonic.cli", "recover"]
    done = subprocess.run(command, input="\n".join(texts) + "\n", capture_output=True, text=True, check=True)
    found = re.search(r"master secret is: ([0-9a-f]{64})", done.stdout)
    assert found is not None
    return found[1]


def identity_of(seed: str) -> str:
    script = lines_of_the_page().replace("the 64 hex digits", seed)
    return subprocess.run(
        [sys.executable, "-"], input=script, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture(scope="module")
def identity() -> str:
    shares = recovery_shares.split(SEED)
    return identity_of(restored_by_the_command([shares[place].text for place in (4, 1, 3)]))


def test_three_shares_by_hand_give_the_identity_of_age(identity: str) -> None:
    assert identity == OpeningKey(SEED).text


def test_an_independent_age_opens_with_it_what_was_sealed_to_recovery_alone(
    identity: str, node: str, tmp_path: Path
) -> None:
    (tmp_path / "key.txt").write_text(identity)
    file_key = age.new_file_key()
    head = age.seal_head(file_key, [OpeningKey(SEED).recipient], 1)
    (tmp_path / "part.age").write_bytes(head + age.seal_body(file_key, b"kept alone"))
    command = [node, "--input-type=module", "-", str(tmp_path / "key.txt"), str(tmp_path / "part.age")]
    done = subprocess.run(command, input=TYPAGE.encode(), cwd=ROOT / "tests" / "js", capture_output=True, check=True)
    assert done.stdout == b"kept alone"
