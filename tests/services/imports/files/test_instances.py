"""Folders of submissions become one table, and each that cannot be opened is named."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import attached, formats, instances
from testimony.services.imports.files.table import Table
from tests.support.services.odk_submissions import NUMBER, answers, encrypted, folders, private_key

LARGEST = 1 << 20
"""Bytes of the answers of one submission."""
ONE = "<event><day>2025-03-01</day><acts>beat kick</acts></event><who><age>3</age></who><photo>a.jpg</photo>"
TWO = "<event><day>2025-03-02</day></event><who><age>4</age></who><who><age>5</age></who>"


def rows(table: Table) -> list[dict[str, str]]:
    return [dict(zip(table.columns, row.cells, strict=True)) for row in table.rows]


def reason(data: bytes, key: rsa.RSAPrivateKey | None) -> str:
    with pytest.raises(ImportRefused) as refused:
        formats.read(data, "", key)
    return refused.value.reason


def test_encrypted_and_plain_submissions_become_rows_and_groups_that_repeat_become_lines() -> None:
    plain = {"submission.xml": answers(2, TWO)}
    found = formats.read(folders(encrypted(1, ONE, a__jpg=b"x"), plain), "", private_key())
    first, second = rows(found)
    assert (first["event/day"], first["event/acts"], first["who"]) == ("2025-03-01", "beat kick", "age: 3")
    assert (second["event/day"], second["event/acts"], second["who"]) == ("2025-03-02", "", "age: 4\nage: 5")
    assert (first["meta/instanceID"], first["_submission_time"]) == (NUMBER.format(1), "2025-03-01T10:00:00Z")
    assert found.columns[found.number_column or 0] == "meta/instanceID"
    assert found.attached == {"instances/folder-1/a.jpg"}
    assert (attached.lacking(found), found.unopened) == (0, ())


def test_a_picture_that_did_not_come_is_counted_and_so_are_answers_that_nothing_checks() -> None:
    files, whole, plain = encrypted(1, ONE, a__jpg=b"x"), encrypted(2, TWO), {"submission.xml": answers(3, TWO)}
    del files["a.jpg.enc"]
    found = formats.read(folders(files, whole, plain), "", private_key())
    assert (attached.lacking(found), found.unchecked) == (1, 1)


def test_a_submission_that_cannot_be_opened_is_named_and_keeps_no_other_away() -> None:
    changed, without = encrypted(1, ONE), encrypted(2, TWO)
    changed["submission.xml.enc"] = changed["submission.xml.enc"][:-1]
    del without["submission.xml.enc"]
    grown = {"submission.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><data><q>&a;</q></data>'}
    found = formats.read(
        folders(changed, without, grown, {"submission.xml": b"<"}, encrypted(3, ONE)), "", private_key()
    )
    assert [row["meta/instanceID"] for row in rows(found)] == [NUMBER.format(3)]
    assert found.unopened == ("folder-1", "folder-2", "folder-3", "folder-4")


def test_answers_that_are_too_large_are_named_and_keep_no_other_away() -> None:
    said = f"<q>{'x' * LARGEST}</q>"
    found = formats.read(
        folders({"submission.xml": answers(1, said)}, encrypted(2, said), encrypted(3, ONE)), "", private_key()
    )
    assert [row["meta/instanceID"] for row in rows(found)] == [NUMBER.format(3)]
    assert found.unopened == ("folder-1", "folder-2")


def test_a_group_that_repeats_as_often_as_fits_is_read_in_order() -> None:
    number = 90_000
    found = formats.read(folders({"submission.xml": answers(1, "".join(f"<a>{at % 10}</a>" for at in range(number)))}))
    assert rows(found)[0]["a"].split() == [str(at % 10) for at in range(number)]


def test_answers_with_too_many_elements_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "MOST_CELLS", 10)
    data = folders(*[{"submission.xml": answers(at, TWO)} for at in (1, 2)])
    assert len(formats.read(folders({"submission.xml": answers(1, TWO)})).rows) == 1
    assert reason(data, None) == "size"


def test_what_no_key_opens_is_told_in_one_sentence() -> None:
    files = encrypted(1, ONE)
    assert reason(folders(files), None) == "keyless"
    assert reason(folders(files), rsa.generate_private_key(65537, 2048)) == "key"
    assert reason(folders({**files, "submission.xml.enc": b"x" * 16}), private_key()) == "altered"
    assert reason(folders(files, encrypted(2, ONE, form="another")), private_key()) == "forms"
