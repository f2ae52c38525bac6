"""A machine's draft on the page of a translation: marked until a lawyer signs it, and ended with the key."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.testimony import translation
from testimony.domain.testimony.statement import Statement
from testimony.services.enrolment.organisation import Organisation
from testimony.services.speech import models, translator
from testimony.services.speech.drafter import Draft, Drafter
from testimony.services.speech.models import Model
from testimony.station.station import Station
from testimony.store.models.records import TombstoneRow
from tests.support.services import translation_model
from tests.support.services.translation_model import drafted
from tests.support.web.browser import EVERYTHING, Browser, Filled, passphrase_of

ENGLISH = 4  # the invented testimony in that language
OFFER = "Draft by a machine"
UNSIGNED = "data-unsigned"
LOST = "What the machine wrote and what you corrected are lost then, unless you sign them."
WORD = "heronseventeen"
ONE = f'import sys\nsys.stdin.buffer.read()\nprint(\'{{"text": "{WORD}"}}\', flush=True)\n'
ALL = f"import json, sys\nfor one in json.load(sys.stdin):\n    print(json.dumps({{'text': '{WORD}'}}), flush=True)\n"


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return translation_model.brought(Path(tmp_path_factory.mktemp("brought")) / "model")


@pytest.fixture
def model(opened: Callable[[str], Station], brought: Path) -> Model:
    return models.install(opened("lawyer").settings.home, brought)


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engine that writes the same word for each sentence."""
    file = tmp_path / "child.py"
    file.write_text(ALL)
    monkeypatch.setattr(translator, "CHILD", file)
    return file


def drafter(desk: Browser) -> Drafter:
    found: Drafter = desk.app.extensions["testimony.drafts"]
    return found


def address(filled: Filled) -> str:
    return f"/testimony/{filled.tid(ENGLISH)}/translate/s1"


def sentences(filled: Filled) -> list[str]:
    text = filled.told[ENGLISH]["text"]
    return [text[start:end] for start, end in translation.spans(text)]


def page(desk: Browser, filled: Filled, to: str = "el") -> str:
    return str(desk.get(f"/en{address(filled)}/{to}").text)


def testimony(desk: Browser, filled: Filled) -> str:
    return html.unescape(desk.get(f"/en/testimony/{filled.tid(ENGLISH)}").text)


def begin(desk: Browser, filled: Filled, model: Model, to: str = "el", seconds: float = 120) -> None:
    assert desk.post(f"{address(filled)}/{to}/begin", {"model": model.hash}).status_code == 303
    assert drafter(desk).wait(seconds) is (seconds > 1)


def fields(page: str) -> list[str]:
    return [html.unescape(text) for text in re.findall(r"<textarea[^>]*>([^<]*)</textarea>", page)]


def save(desk: Browser, filled: Filled, texts: object, **changes: Any) -> Any:
    """Save as the page does that is shown now."""
    draft, seen = (re.search(rf'data-{name}="([^"]*)"', page(desk, filled)) for name in ("draft", "seen"))
    said: dict[str, Any] = {"lang": "el", "method": "person", "translator": "", "texts": texts}
    said["draft"] = draft[1] if draft else ""
    said["seen"] = json.loads(html.unescape(seen[1])) if seen else []
    return desk.post_json(address(filled), said | changes)


def test_a_machine_drafts_a_lawyer_corrects_and_signs(
    browser: Callable[..., Browser], filled: Filled, model: Model
) -> None:
    desk = browser("lawyer")
    assert OFFER in page(desk, filled)
    begin(desk, filled, model)
    shown, machine = page(desk, filled), [drafted(one) for one in sentences(filled)]
    assert fields(shown) == machine
    assert shown.count("Written by a machine, not yet checked") == len(machine)
    assert "A machine wrote this, and nobody has checked it." in shown
    assert shown.count(LOST) == 1
    assert machine[0] not in testimony(desk, filled), "what nobody signed stands on its own page alone"
    texts = ["Διορθωμένο.", *machine[1:]]
    answer = save(desk, filled, texts, method="machine_checked").json
    said = ("Signed and sealed to the lawyers.", True, "machine_checked")
    assert (answer["sentence"], answer["complete"], answer["method"]) == said
    assert (UNSIGNED in page(desk, filled), fields(page(desk, filled))) == (False, texts)
    assert LOST not in page(desk, filled)
    read = testimony(desk, filled)
    assert all(text in read for text in texts)
    assert "by a machine on this computer, and read against the original by a person" in read
    assert f"{translator.engine()}, Greek letters ({model.hash[:16]})" in read
    assert machine[0] not in read


def test_a_lawyer_who_calls_a_machines_sentences_a_persons_is_told_how_they_were_signed(
    browser: Callable[..., Browser], filled: Filled, model: Model, child: Path
) -> None:
    desk = browser("lawyer")
    begin(desk, filled, model)
    assert save(desk, filled, [WORD] * 5, method="machine_checked").status_code == 200
    mended = save(desk, filled, ["α", *[WORD] * 4], method="person").json
    how = "by a machine on this computer, and read against the original by a person"
    assert mended["sentence"] == f"Signed and sealed to the lawyers. How was it translated? {how}"
    assert mended["method"] == "machine_checked"
    assert save(desk, filled, ["α", "β", "γ", "δ", "ε"], method="person").json["method"] == "person"


def test_sentences_that_a_person_translated_stay_as_they_are(
    browser: Callable[..., Browser], filled: Filled, model: Model, child: Path
) -> None:
    desk, mine = browser("lawyer"), ["", "Δικό μου.", "", "", ""]
    assert save(desk, filled, mine).status_code == 200
    begin(desk, filled, model)
    assert fields(page(desk, filled)) == [WORD, "Δικό μου.", WORD, WORD, WORD]
    assert page(desk, filled).count("Written by a machine, not yet checked") == 4
    assert save(desk, filled, ["α", "β", "γ", "δ", "ε"]).status_code == 200
    assert OFFER not in page(desk, filled)
    whole = desk.post(f"{address(filled)}/el/begin", {"model": model.hash})
    assert (whole.status_code, "Every sentence is translated already." in whole.text) == (409, True)


def test_a_sentence_that_is_too_long_is_left_empty_and_the_page_counts_it(
    browser: Callable[..., Browser], filled: Filled, model: Model, child: Path
) -> None:
    child.write_text("import json, sys\nfor n, one in enumerate(json.load(sys.stdin)):\n"
                     "    print(json.dumps({'text': 'a' if n else None}), flush=True)\n")  # fmt: skip
    desk = browser("lawyer")
    begin(desk, filled, model)
    assert fields(page(desk, filled)) == ["", "a", "a", "a", "a"]
    assert "Sentences that are too long for the machine, and left empty: 1." in page(desk, filled)


def test_a_draft_is_signed_as_a_machines_and_only_from_the_page_that_shows_it(
    browser: Callable[..., Browser], filled: Filled, model: Model, child: Path
) -> None:
    desk, texts = browser("lawyer"), ["α", "β", "γ", "δ", "ε"]
    begin(desk, filled, model)
    for bad, status in (("ab" * 16, 409), (7, 400), (None, 400)):
        assert save(desk, filled, texts, draft=bad).status_code == status
    assert UNSIGNED in page(desk, filled)
    first = drafter(desk).last
    begin(desk, filled, model)
    assert first is not None
    assert save(desk, filled, texts, draft=first.id).status_code == 409, "it was replaced by another one"
    assert save(desk, filled, texts, method="person").status_code == 200
    assert "by a machine on this computer" in testimony(desk, filled)
    assert "by a person who reads both" not in testimony(desk, filled)


def test_locking_in_the_middle_ends_the_engine_and_leaves_no_word(
    browser: Callable[..., Browser], filled: Filled, model: Model, child: Path, organisation: Organisation
) -> None:
    child.write_text(f"{ONE}while True: pass\n")
    desk = browser("lawyer")
    begin(desk, filled, model, seconds=0.1)
    run = drafter(desk).last
    assert run is not None
    while run.running and not run.texts:
        run.wait(0.02)
    shown = page(desk, filled)
    assert ("Under way" in shown, "Sentence 1 of 5." in shown, WORD in shown) == (True, True, False)
    assert desk.get("/translations/state").json == {"running": True, "done": 1, "total": 5}
    desk.post("/lock", {})
    assert run.wait(30)
    assert (run.stopped, run.texts, drafter(desk).last) == (True, [], None)
    assert run._child is not None
    assert run._child.poll() is not None
    desk.post_json("/unlock", {"passphrase": passphrase_of(organisation, "lawyer-1")})
    assert WORD not in page(desk, filled)
    for path in model.folder.parents[1].rglob("*"):
        assert not path.is_file() or WORD.encode() not in path.read_bytes(), path


def test_what_waits_for_a_signature_is_gone_when_it_is_discarded_and_after_locking(
    browser: Callable[..., Browser], filled: Filled, model: Model, child: Path, organisation: Organisation
) -> None:
    desk = browser("lawyer")
    begin(desk, filled, model)
    assert WORD in page(desk, filled)
    desk.post(f"{address(filled)}/el/stop", {})
    assert WORD not in page(desk, filled)
    begin(desk, filled, model)
    desk.post("/lock", {})
    desk.post_json("/unlock", {"passphrase": passphrase_of(organisation, "lawyer-1")})
    assert WORD not in page(desk, filled)


def test_an_engine_that_fails_and_a_model_that_was_changed_are_one_sentence(
    browser: Callable[..., Browser], filled: Filled, model: Model, child: Path
) -> None:
    child.write_text(f"{ONE}import os\nos.abort()\n")
    desk = browser("lawyer")
    begin(desk, filled, model)
    assert "The engine failed and was ended." in page(desk, filled)
    assert WORD not in page(desk, filled)
    (model.folder / "source.spm").write_bytes(b"changed")
    begin(desk, filled, model)
    assert "A file of this model was changed since it was installed." in page(desk, filled)


def test_without_a_model_for_both_languages_nothing_is_offered_and_nothing_begins(
    browser: Callable[..., Browser], filled: Filled, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = browser("lawyer")
    assert OFFER not in page(desk, filled, "fr")
    for to, said in (("fr", {"model": model.hash}), ("el", {}), ("el", {"model": "0" * 64})):
        answer = desk.post(f"{address(filled)}/{to}/begin", said)
        assert answer.status_code == 409
        assert "Choose a model that is installed on this computer." in html.unescape(answer.text)
    monkeypatch.setattr(translator, "TOKENS", "a package that nobody installed")
    assert OFFER not in page(desk, filled)
    assert drafter(desk).last is None


def test_neither_a_coordinator_nor_a_locked_desk_nor_another_address_begins(
    browser: Callable[..., Browser], filled: Filled, model: Model
) -> None:
    said = {"model": model.hash}
    assert browser("coordinator").post(f"{address(filled)}/el/begin", said).status_code == 403
    assert browser("lawyer", unlocked=False).post(f"{address(filled)}/el/begin", said).status_code in {303, 423}
    desk = browser("lawyer")
    assert desk.post(f"/testimony/{filled.tid(ENGLISH)}/translate/none/el/begin", said).status_code == 404
    assert desk.post(f"{address(filled)}/x y/begin", said).status_code == 404


def test_a_draft_of_a_testimony_that_is_withdrawn_here_is_dropped_at_once_and_another_kept(
    browser: Callable[..., Browser], filled: Filled, model: Model, child: Path
) -> None:
    desk = browser("lawyer")
    withdrawal = {"act": "WITHDRAW", "about": "all", "reason": "other", "lang": "en"}
    begin(desk, filled, model)
    desk.post(f"/testimony/{filled.tid(EVERYTHING)}/consent/say", withdrawal)
    assert drafter(desk).last is not None
    desk.post(f"/testimony/{filled.tid(ENGLISH)}/consent/say", withdrawal)
    assert drafter(desk).last is None
    assert desk.post(f"{address(filled)}/el/begin", {"model": model.hash}).status_code in {404, 409}


@pytest.mark.parametrize("how", ["news", "page", "save", "begin"])
def test_an_engine_ends_once_the_desk_learns_that_its_testimony_was_withdrawn_elsewhere(
    how: str,
    browser: Callable[..., Browser],
    filled: Filled,
    model: Model,
    child: Path,
    opened: Callable[[str], Station],
) -> None:
    child.write_text(f"{ONE}while True: pass\n")
    desk = browser("lawyer")
    begin(desk, filled, model, seconds=0.1)
    run = drafter(desk).last
    assert run is not None
    with opened("lawyer").database.transaction() as db:
        db.add(TombstoneRow(subject=filled.tid(ENGLISH), withdrawal="0" * 64, shredded=False, swept=False))
    if how == "news":
        with desk.app.app_context():
            desk.app.extensions["testimony.key"].news()
    elif how == "page":
        page(desk, filled)
    elif how == "save":
        desk.post_json(address(filled), {})
    else:
        desk.post(f"{address(filled)}/el/begin", {"model": model.hash})
    assert drafter(desk).last is None
    assert run.wait(30)
    assert (run.stopped, run.texts) == (True, [])


def test_a_key_that_was_locked_meanwhile_begins_nothing(
    browser: Callable[..., Browser], filled: Filled, model: Model, child: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, real, begun = browser("lawyer"), Drafter.begin, list[Draft]()

    def late(self: Drafter, tid: str, said: Statement, to: str, one: Model, numbers: tuple[int, ...]) -> Draft:
        desk.app.extensions["testimony.key"].forget()
        begun.append(real(self, tid, said, to, one, numbers))
        return begun[0]

    monkeypatch.setattr(Drafter, "begin", late)
    assert desk.post(f"{address(filled)}/el/begin", {"model": model.hash}).status_code == 423
    assert drafter(desk).last is None
    assert begun[0].stopping
    assert begun[0].wait(30)
