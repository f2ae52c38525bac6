"""A desk says who checked the words that a witness heard and how many were recorded, as far as it knows them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony.canonical import sha256_hex
from testimony.domain.testimony.languages import DESKS
from testimony.questionnaire.sentence_states import texts
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.wording import Mended
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import adoption
from testimony.services.wordings import wordings
from testimony.services.wordings.sentences import digests_of, spoken
from testimony.station.station import Station
from tests.support.each_time import each_time
from tests.support.services import rosters
from tests.support.services.batches import bring, told
from tests.support.services.checked_wordings import CHECKED_BY, RECORDED, wording_of
from tests.support.web.browser import Browser

SCRIPT = "ar"
NEW = "نجمع ما حدث لمن أُرجعوا من الحدود بالقوة."


@pytest.fixture
def read(
    opened: Callable[[str], Station],
    organisation: Organisation,
    browser: Callable[..., Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., dict[str, str]]:
    """A function that seals a consent with this `script`, and reads what a lawyer's desk says of it, by field."""
    made = demo.contents

    def read(page_lang: str = "en", **script: Any) -> dict[str, str]:
        def with_script(*args: Any) -> dict[str, Any]:
            content = made(*args)
            content["consent"]["script"] |= script
            return content

        monkeypatch.setattr(demo, "contents", with_script)
        account = {**told(0, ("P01", "P04")), "script": SCRIPT}
        (sealed,) = bring(organisation, opened("lawyer"), [account])
        page = browser("lawyer").get(f"/{page_lang}/testimony/{sealed.record.value['tid']}")
        assert page.status_code == 200
        found = re.findall(r'<div data-field="([a-z_]+)"><dt>.*?</dt><dd>(.*?)</dd></div>', page.text, re.DOTALL)
        return dict(found)

    return read


@pytest.fixture
def held(opened: Callable[[str], Station], organisation: Organisation) -> SignedRecord:
    """A wording that the roster names and that came to the lawyer's desk."""
    return _named(opened, organisation)


@pytest.fixture
def mended(opened: Callable[[str], Station], organisation: Organisation) -> SignedRecord:
    """The same, with one sentence that the organisation mended."""
    old = sha256_hex(texts(SCRIPT)["told.why"].encode())
    errata = {"told.why": Mended(key="told.why", old=old, words=NEW, state="checked")}
    said = json.loads(organisation.roster.data)["organisation"]
    words = digests_of(spoken(said, SCRIPT, {"told.why": NEW}))
    return _named(opened, organisation, mended=errata, texts=words)


def _named(opened: Callable[[str], Station], organisation: Organisation, **changes: Any) -> SignedRecord:
    keeper = organisation.keeper("lawyer-1")
    signer = KeyFile.open((organisation.folder / keeper.file).read_bytes(), keeper.passphrase).signer
    assert signer is not None
    said = json.loads(organisation.roster.data)["organisation"]
    record, _ = wording_of(said, signer, SCRIPT, **changes)
    desk = opened("lawyer")
    named = rosters.told_by(organisation.roster, wordings={SCRIPT: record.id})
    adoption.adopt_all(desk, [rosters.after(organisation, organisation.roster, organisation=named)])
    wordings.keep(desk, record)
    return record


@pytest.mark.parametrize("lang", each_time(DESKS, "ar", "el"))
def test_who_checked_the_words_and_how_many_were_recorded_is_said(
    lang: str, read: Callable[..., dict[str, str]], held: SignedRecord
) -> None:
    said = read(lang, draft=False, wording=held.id)
    assert said["checked"] == f'<bdi lang="und" dir="auto">{CHECKED_BY}</bdi>'
    assert said["recordings"] == str(len(RECORDED))
    assert "camp-consent 10" in said["script"]
    assert "wording" not in said


def test_words_that_were_a_draft_again_were_checked_by_nobody(
    read: Callable[..., dict[str, str]], held: SignedRecord
) -> None:
    said = read(draft=True, wording=held.id)
    assert "checked" not in said
    assert said["recordings"] == str(len(RECORDED))


def test_a_consent_that_names_no_wording_is_shown_as_ever(read: Callable[..., dict[str, str]]) -> None:
    said = read()
    assert not {"checked", "recordings", "wording"} & said.keys()


def test_a_mended_sentence_is_shown_and_one_that_the_wording_does_not_have_is_said(
    read: Callable[..., dict[str, str]], mended: SignedRecord
) -> None:
    digest = {one["key"]: one["sha256"] for one in mended.value["texts"]}["told.why"]
    said = read(draft=False, wording=mended.id, mended=[{"key": "told.why", "sha256": digest}])
    assert f'lang="{SCRIPT}" dir="rtl">{NEW}</bdi>' in said["mended"]
    said = read(draft=False, wording=mended.id, mended=[{"key": "told.why", "sha256": "ab" * 32}])
    assert said["wording"] == ("<strong>This consent names mended sentences that its wording does not have.</strong>")
    assert not {"checked", "mended"} & said.keys()


@pytest.mark.parametrize("name", ["ab" * 32, "<script>", "../station.key", "", 7, ["ab" * 32], {"a": 1}, False])
def test_a_wording_that_is_not_here_is_said_in_one_sentence(name: Any, read: Callable[..., dict[str, str]]) -> None:
    said = read(draft=False, wording=name)
    assert said["wording"] == "<strong>The checked and recorded words that this consent names are not here.</strong>"
    assert "checked" not in said


def test_a_wording_of_another_language_is_not_taken_for_what_was_said(
    read: Callable[..., dict[str, str]], held: SignedRecord
) -> None:
    for change in ({"lang": "fa"}, {"sha256": "ab" * 32}, {"lang": []}):
        said = read(draft=False, wording=held.id, **change)
        assert "another language or another wording" in said["wording"]
        assert not {"checked", "recordings"} & said.keys()
