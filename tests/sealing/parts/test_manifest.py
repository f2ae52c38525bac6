"""Manifests: exactly these fields, exactly these parts, exactly these audiences."""

from __future__ import annotations

import json
from typing import Any

import pytest

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.parts.manifest import ALWAYS, Manifest, audiences_of
from testimony.sealing.parts.part import sealed_size
from tests.support.sealing.vectors import AUTHORS, case_record

RECORD = case_record("py")


def manifest(**changes: Any) -> dict[str, Any]:
    return {**json.loads(RECORD.data), **changes}


def parts(change: dict[str, Any], place: int = 0) -> list[Any]:
    entries: list[Any] = manifest()["parts"]
    entries[place] |= change
    return entries


def refusal(value: dict[str, Any]) -> str:
    with pytest.raises(Refused) as refused:
        Manifest.parse(canonical.encode(value))
    return refused.value.rule


@pytest.mark.parametrize("author", AUTHORS)
def test_the_shared_manifests_parse(author: str) -> None:
    record = case_record(author)
    parsed = Manifest.parse(record.data)
    assert [entry.part for entry in parsed.parts] == sorted([*ALWAYS, "media-001"])
    assert (coded := parsed.part("coded")) is not None
    assert set(coded.heads) == {"coordinators", "lawyers", "recovery"}
    assert len(parsed.names) == 7 + 2 * 3 + 5 * 2
    assert parsed.part("media-002") is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tid", "0" * 31),
        ("tid", "G" * 32),
        ("rev", 2),
        ("rev", True),
        ("prev", "0" * 64),
        ("day", "2026-11-24T10:00:00Z"),
        ("day", "20261124"),
        ("form", ""),
        ("form", 1),
        ("form_sha256", None),
        ("roster", "0"),
        ("roster_no", 0),
        ("by", "me"),
        ("withdraw", "0" * 63),
        ("parts", {}),
        ("parts", []),
        ("parts", manifest()["parts"][::-1]),
        ("parts", [*manifest()["parts"], manifest()["parts"][-1]]),
        ("parts", manifest()["parts"][1:]),
        ("parts", parts({"part": "codes"})),
        ("parts", parts({"part": "media-01"}, 4)),
        ("parts", parts({"heads": {}})),
        ("parts", parts({"heads": {"lawyers": "0" * 64}})),
        ("parts", parts({"heads": {"lawyers": "0" * 64, "recovery": "1" * 64, "coordinators": "2" * 64}}, 2)),
        ("parts", parts({"heads": {"lawyers": "0" * 64, "recovery": 5}}, 2)),
        ("parts", parts({"body": "0"})),
        ("parts", parts({"commit": None})),
        ("parts", parts({"len": 4127})),
        ("parts", parts({"len": 300_000})),
        ("parts", parts({"len": 600_000}, 4)),
        ("parts", parts({"extra": 1})),
        ("extra", 1),
    ],
)
def test_any_other_structure_is_refused(field: str, value: object) -> None:
    assert refusal(manifest(**{field: value})) == "structure"


@pytest.mark.parametrize("missing", sorted(manifest()))
def test_no_field_may_be_missing(missing: str) -> None:
    value = manifest()
    del value[missing]
    assert refusal(value) == "structure"


def test_a_newer_version_and_another_kind_say_so() -> None:
    assert refusal(manifest(v="testimony/4/manifest")) == "version.newer"
    assert refusal(manifest(v="testimony/1/grant")) == "kind.unknown"
    assert refusal(manifest(v="testimony/0/manifest")) == "structure"


def test_other_bytes_are_not_canonical() -> None:
    with pytest.raises(NotCanonical):
        Manifest.parse(RECORD.data + b"\n")


def test_a_manifest_may_name_no_withdrawal_key() -> None:
    assert Manifest.parse(canonical.encode(manifest(withdraw=None))).withdraw is None


def test_coordinators_have_a_head_of_codes_and_consent_only() -> None:
    assert [part for part in (*ALWAYS, "media-001") if "coordinators" in audiences_of(part)] == ["coded", "consent"]


def test_the_length_of_a_body_counts_the_nonce_and_a_tag_for_each_chunk() -> None:
    assert (sealed_size(4096), sealed_size(65536), sealed_size(65537)) == (4128, 65568, 65585)


def later(**changes: Any) -> dict[str, Any]:
    return manifest(v="testimony/2/manifest", keep_until="2028-11") | changes


@pytest.mark.parametrize("until", ["2028-11", "2999-12", None])
def test_version_2_says_until_when_a_testimony_is_kept(until: str | None) -> None:
    parsed = Manifest.parse(canonical.encode(later(keep_until=until)))
    assert (parsed.version, parsed.keep_until) == (2, until)


def test_version_1_does_not_say_until_when() -> None:
    parsed = Manifest.parse(RECORD.data)
    assert (parsed.version, parsed.keep_until) == (1, None)


@pytest.mark.parametrize("until", ["2028-13", "2028-00", "2028-11-30", "28-11", "2028-11\n", 202811, "", {}])
def test_the_end_is_a_month(until: object) -> None:
    assert refusal(later(keep_until=until)) == "structure"


def test_each_version_has_its_own_keys() -> None:
    assert refusal(manifest(keep_until="2028-11")) == "structure"
    assert refusal({name: value for name, value in later().items() if name != "keep_until"}) == "structure"
    assert refusal(later(extra=1)) == "structure"


def test_a_version_that_nobody_wrote_yet_is_newer_and_another_kind_of_version_2_is_none() -> None:
    assert refusal(later(v="testimony/4/manifest")) == "version.newer"
    assert refusal(later(v="testimony/2/grant")) == "version.newer"
    assert refusal(later(v="testimony/2/part")) == "kind.unknown"
