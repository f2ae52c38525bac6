"""Key files: opened by us and by stock age."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from testimony.sealing.age import age
from testimony.sealing.age.errors import KeyFileDamaged, PassphraseWrong
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys.key_file import KeyFile
from tests.support.programs import lacking
from tests.support.sealing.vectors import VECTORS, opening_key, raw

STOCK_AGE = shutil.which("age", path="/usr/bin:/usr/local/bin")
PASSPHRASE = "trough chowtime canola pastrami evolution precook"
WHOLE = KeyFile(opening=opening_key("lawyer-a"), signing_seed=bytes(range(32)), root_seed=bytes(range(1, 33)))


def test_the_shared_key_file_opens() -> None:
    vector = VECTORS["keyfile"]
    found = KeyFile.open(raw(vector["age_b64"]), vector["passphrase"])
    assert found.opening is not None
    assert found.opening.text == vector["opens_to_identity"]
    assert found.signing_seed is None


def test_all_that_a_key_file_holds_comes_back() -> None:
    found = KeyFile.open(WHOLE.seal(PASSPHRASE, log_n=4), PASSPHRASE)
    assert found.opening is not None
    assert found.opening.seed == opening_key("lawyer-a").seed
    assert (found.signing_seed, found.root_seed) == (WHOLE.signing_seed, WHOLE.root_seed)
    assert found.signer is not None
    assert found.root is not None
    assert [key.alg for key in found.signer.public_keys] == ["ed25519"]
    assert [key.alg for key in found.root.public_keys] == ["ed25519", "ml-dsa-65"]


def test_a_root_needs_no_opening_key() -> None:
    found = KeyFile.open(KeyFile(root_seed=bytes(32)).seal(PASSPHRASE, log_n=4), PASSPHRASE)
    assert (found.opening, found.signer) == (None, None)
    assert found.root is not None


def test_a_wrong_passphrase_and_a_damaged_file_say_which() -> None:
    data = WHOLE.seal(PASSPHRASE, log_n=4)
    with pytest.raises(PassphraseWrong):
        KeyFile.open(data, PASSPHRASE + "s")
    with pytest.raises(KeyFileDamaged):
        KeyFile.open(data[:-1], PASSPHRASE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing here\n",
        "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33\n",
        2 * (OpeningKey.generate().text + "\n"),
        "AGE-SECRET-KEY-PQ-1QQQQ\n",
    ],
)
def test_a_file_with_no_key_or_two_is_damaged(text: str) -> None:
    with pytest.raises(KeyFileDamaged):
        KeyFile.open(age.passphrase_seal(PASSPHRASE, text.encode(), log_n=4), PASSPHRASE)


def test_the_usual_work_factor_is_2_to_the_18() -> None:
    assert b" 18\n" in WHOLE.seal(PASSPHRASE)[:80]


def test_nothing_secret_is_shown_of_a_key_file() -> None:
    assert bytes(range(32)).hex() not in repr(WHOLE)
    assert opening_key("lawyer-a").text not in repr(WHOLE)


@pytest.mark.stock_age
def test_stock_age_opens_a_key_file_and_finds_the_key_where_it_looks_for_it(tmp_path: Path) -> None:
    if STOCK_AGE is None:
        lacking("Debian's age is not installed: apt install age")
    (tmp_path / "key.age").write_bytes(WHOLE.seal(PASSPHRASE, log_n=10))
    out = tmp_path / "key.txt"
    typed_into([STOCK_AGE, "-d", "-o", str(out), str(tmp_path / "key.age")], PASSPHRASE)
    lines = out.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [opening_key("lawyer-a").text]
    assert f"# testimony-sign: {bytes(range(32)).hex()}" in lines


@pytest.mark.stock_age
def test_we_open_what_stock_age_made(tmp_path: Path) -> None:
    if STOCK_AGE is None:
        lacking("Debian's age is not installed: apt install age")
    (tmp_path / "key.txt").write_text(opening_key("lawyer-a").text + "\n", encoding="utf-8")
    made = tmp_path / "key.age"
    typed_into([STOCK_AGE, "-p", "-o", str(made), str(tmp_path / "key.txt")], PASSPHRASE, times=2)
    found = KeyFile.open(made.read_bytes(), PASSPHRASE)
    assert found.opening is not None
    assert found.opening.seed == opening_key("lawyer-a").seed


def typed_into(command: list[str], passphrase: str, times: int = 1) -> None:
    """Run `command` on a terminal of its own, for age takes passphrases from nowhere else, and answer its prompts."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(command[0], command)
    try:
        said = b""
        for answered in range(times):
            deadline = time.monotonic() + 60
            while said.count(b"passphrase") <= answered and time.monotonic() < deadline:
                said += os.read(terminal, 1024)
            os.write(terminal, passphrase.encode() + b"\n")
        drain(terminal)
    finally:
        _, status = os.waitpid(child, 0)
        os.close(terminal)
    if os.waitstatus_to_exitcode(status) != 0:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command[0], said)


def drain(terminal: int) -> None:
    """Read until the other side closes, which Linux tells by an error."""
    while True:
        try:
            if not os.read(terminal, 1024):
                return
        except OSError:
            return
