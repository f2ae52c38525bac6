"""The start page of a demonstration shows what the list of its secrets says."""

from __future__ import annotations

from pathlib import Path

from testimony.services.demo import demo, secrets


def test_passphrases_and_codes_are_read_as_they_are_written(tmp_path: Path) -> None:
    keepers = (
        "  lawyer-1        six words of a passphrase for her                     keys/lawyer-1.key\n"
        "  interviewer-1   five other words for him                     keys/interviewer-1.locked.json"
    )
    codes = "  11111 22222 33333 44444 55555  the first\n  99999 88888 77777 66666 55555  the last"
    (tmp_path / secrets.FILE).write_text(demo.README.format(keepers=keepers, codes=codes), encoding="utf-8")
    assert secrets.passphrases(tmp_path) == {
        "lawyer-1": "six words of a passphrase for her",
        "interviewer-1": "five other words for him",
    }
    assert secrets.of_desk(tmp_path / "desk-lawyer") == "six words of a passphrase for her"
    assert secrets.of_desk(tmp_path / "field") == secrets.of_desk(tmp_path / "other" / "desk-lawyer") == ""
    assert secrets.of_interviewer(tmp_path / "field") == ("interviewer-1", "five other words for him")
    for elsewhere in ("desk-lawyer", "field-2", "other/field"):
        assert secrets.of_interviewer(tmp_path / elsewhere) == ("", "")
    assert secrets.codes(tmp_path) == ["11111 22222 33333 44444 55555", "99999 88888 77777 66666 55555"]
