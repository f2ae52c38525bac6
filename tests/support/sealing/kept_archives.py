"""The archive of each version, kept for ever: `python -m tests.support.sealing.kept_archives` writes that of this
version.

Once, when the number of the version was changed, and never again: what a version wrote must hold and open in every
later one. With it stand what was found in it, and invented keys with what they opened. Needs OpenSSL.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import testimony
from testimony import canonical
from testimony.questionnaire.form import Form
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.archive import archive
from testimony.sealing.archive.zip import Container
from testimony.sealing.errors import CannotOpen
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.sealing.testimony import annex
from testimony.sealing.testimony import testimony as sealed_testimony
from tests.support.sealing.archives import Case, findings
from tests.support.sealing.timestamp_authority import Authority

FOLDER = Path(__file__).parents[2] / "vectors" / "archives" / "released"
ANSWERS = {"i_ret": {"value": ["walk"]}, "g_size": {"value": 7}, "a_expr": {"missing": "ref"}}


def versions() -> list[str]:
    """Those whose archive is kept."""
    return sorted(folder.name for folder in FOLDER.iterdir())


def archive_of(version: str) -> bytes:
    return (FOLDER / version / "archive.zip").read_bytes()


def said(data: bytes) -> list[Any]:
    """What is found in an archive."""
    return [[one.code, str(one.holds), one.tid, one.values] for one in findings(data)]


def opened(data: bytes, key: OpeningKey) -> dict[str, str]:
    """What `key` makes of each sealed part: SHA-256 of its content, or the code by which it stays closed."""
    container = Container(io.BytesIO(data))
    records = [_record(container, name) for name in container.names if archive.RECORD.fullmatch(name)]
    chain = RosterChain(Root.parse(container.read("root.json", archive.LARGEST_FILE)))
    for name in container.names:
        if archive.CHAIN.fullmatch(name):
            chain.add(_record(container, name))
    found: dict[str, str] = {}
    for record in records:
        if record.kind == "manifest":
            for part in record.value["parts"]:
                found[part["part"]] = _content(container, record, part, key, chain)
        elif record.kind == "annex":
            found["annex"] = _content(container, record, record.value["part"], key, chain)
    return found


def _content(
    container: Container, record: SignedRecord, part: dict[str, Any], key: OpeningKey, chain: RosterChain
) -> str:
    body = _object(container, part["body"])
    codes = set()
    for head in part["heads"].values():
        arguments = {"head": _object(container, head), "body": body, "key": key, "chain": chain}
        try:
            if record.kind == "annex":
                return canonical.sha256_hex(annex.open_annex(record, **arguments).content)
            return canonical.sha256_hex(sealed_testimony.open_part(record, part["part"], None, **arguments).content)
        except CannotOpen as error:
            codes.add(error.reason)
    (code,) = codes
    return code


def _object(container: Container, name: str) -> bytes:
    return container.read(f"objects/{name}", archive.LARGEST_FILE)


def _record(container: Container, name: str) -> SignedRecord:
    read = (container.read(f"{name.removesuffix('.json')}.{end}", archive.LARGEST_FILE) for end in ("json", "sigs"))
    return archive.signed(*read)


def write(version: str) -> Path:
    """An archive with all that this version can put into one. Raises `FileExistsError`."""
    folder = FOLDER / version
    folder.mkdir(parents=True)
    case = Case(form=Form.load().definition, answers=ANSWERS)
    files = {**case.files(), **case.stamped(7, Authority()), **case.stamped(3, Authority(kind="ec"))}
    data = case.pack(case.cosigned(files, 7))
    made = case.organisation
    keys = {"lawyer": made.lawyer_a, "coordinator": made.coordinator, "recovery": made.recovery}
    told = {name: {"identity": key.text, "opens": opened(data, key)} for name, key in keys.items()}
    (folder / "archive.zip").write_bytes(data)
    for file, value in (("found.json", said(data)), ("keys.json", told)):
        (folder / file).write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return folder


if __name__ == "__main__":
    print(write(testimony.__version__))
