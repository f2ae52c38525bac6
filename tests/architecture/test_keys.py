"""docs/keys.md has a row for every kind of key that the program makes; docs/recovery.md says what to do about it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import testimony

ROOT = Path(testimony.__file__).parent
DOCS = ROOT.parent / "docs"
MAKERS = re.compile(
    r"(Signer|OpeningKey)\.generate|ec\.generate_private_key|(age\.)?new_file_key"
    r"|Signer\(hkdf|secrets\.token_(bytes|urlsafe)|os\.urandom|\w*HKDF|withdrawal_code\.key_of"
)
"""Calls that make a key or derive one."""
RANDOM = re.compile(
    r"os\.urandom\((16|size|number|length)\)\.hex|os\.urandom\((8|12|16|1536|[\w.]*(NONCE|SALT)_BYTES)\)"
)
"""Names, nonces, salts and decoys: random, and no key."""
FORMS = frozenset({"sealing/age/recipients.py", "sealing/records/signatures.py"})
"""Where `generate` itself stands."""
ROOTS, READER, RECOVERY = "root keys", "reader's opening key", "recovery key"
INTERVIEWER, STATION, PART = "interviewer's signing key", "station's signing key", "part keys"
TOKENS, TLS = "start token", "a node's TLS key"
MADE = {
    "certificates/authority.py": "the authority's key",
    "certificates/temporary.py": "a temporary TLS key",
    "services/certificates/store.py": TLS,
    "services/tables/ledger.py": "secrets of ledger and tables",
    "services/ledger/ledger.py": "secrets of ledger and tables",
    "services/opening/sealed_index.py": "a desk's index key",
    "services/opening/own_files.py": PART,
    "services/exports/exports.py": PART,
    "services/exports/whole.py": PART,
    "services/backup/key_files.py": PART,
    "sync/backup/writer.py": PART,
    "sealing/parts/part.py": PART,
    "sealing/testimony/pieces.py": PART,
    "sealing/testimony/testimony.py": PART,
    "sealing/age/age.py": PART,
    "services/handover/letters.py": PART,
    "sealing/keys/draft_share.py": "draft keys",
    "sealing/statements/question_words.py": PART,
    "services/roster/changes.py": INTERVIEWER,
    "services/roster/reissue.py": INTERVIEWER,
    "services/enrolment/ceremony.py": ROOTS,
    "services/enrolment/enrolment.py": STATION,
    "services/enrolment/organisation.py": ROOTS,
    "services/enrolment/reader_key.py": READER,
    "cli/organisation/keys.py": ROOTS,
    "cli/signing/two_of_three.py": "page keys",
    "cli/log/witnesses.py": "a witness's key",
    "sealing/statements/fresh.py": "freshness key",
    "store/files/shred_keys.py": "shred keys",
    "services/demo/demo.py": "withdrawal code",
    "services/accounts/sessions.py": TOKENS,
    "services/accounts/interviewers.py": TOKENS,
    "services/accounts/start_tokens.py": TOKENS,
    "services/accounts/administrators.py": TOKENS,
    "web/sessions.py": TOKENS,
    "web/desk/exports/access.py": TOKENS,
    "cli/serve/workers.py": TOKENS,
    "station/nonces.py": TOKENS,
}
"""Module -> the row of the key that it makes. `two_of_three` makes release keys too."""
ROSTER = {"root": ROOTS, "fresh": "freshness key", "releases": "page keys", "witnesses": "a witness's key"}
"""Names under which a roster or the program lists keys."""
ALONE = ("release keys", "backup key", RECOVERY)
"""Made by the same code as another: as a page key, and as a reader's."""
WITH_ADVICE = (
    ROOTS, RECOVERY, "page key", "release key", "freshness key", "witness", "reader", "interviewer", "station's",
    "authority", "backup key", "secrets of ledger and tables",
)  # fmt: skip
"""What the table "Any key" of docs/recovery.md must name: what a person keeps or can lose."""


def rows(document: str, heading: str) -> list[str]:
    """The first column of the table below `heading`."""
    text = (DOCS / document).read_text("utf-8").split(heading, 1)[1]
    return [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]


def makers() -> set[str]:
    """Every module that makes a key, found in the code."""
    return {str(file.relative_to(ROOT)) for file in ROOT.glob("**/*.py") if any(map(_makes, _calls(file)))} - FORMS


def _calls(file: Path) -> list[str]:
    text = file.read_text("utf-8")
    if not MAKERS.search(re.sub(r"\s+", "", text)):  # a call may stand on several lines
        return []
    tree = ast.parse(text)
    named = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "hex"}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [f"{ast.unparse(one)}{'.hex' * (id(one) in named)}" for one in calls]


def _makes(call: str) -> bool:
    return bool(MAKERS.match(call)) and not RANDOM.match(call)


def test_every_module_that_makes_a_key_says_which_row_it_is() -> None:
    assert makers() == set(MADE)


@pytest.mark.parametrize("key", sorted({*MADE.values(), *ROSTER.values(), *ALONE}))
def test_every_kind_of_key_has_a_row(key: str) -> None:
    assert [one for one in rows("keys.md", "# Keys") if one.startswith(key)], key


@pytest.mark.parametrize("key", WITH_ADVICE)
def test_what_a_person_can_lose_has_a_row_that_says_what_to_do(key: str) -> None:
    assert [one for one in rows("recovery.md", "## Any key: lost") if key in one], key
