"""Python and browser seal and open alike: the suites hold in Node and in Chromium, and each twin reads the other."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

from testimony import canonical
from testimony.sealing.age.errors import PassphraseWrong
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.errors import CannotOpen
from testimony.sealing.keys import locked_seeds, withdrawal_code
from testimony.sealing.parts.manifest import is_media
from testimony.sealing.parts.part import SealedPart
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.sealing.testimony import testimony
from testimony.sealing.testimony.media import LIST, PIECE, Medium, cut, read_list, require_piece
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from tests.support.damage import last_byte_changed
from tests.support.each_time import each_time
from tests.support.programs import lacking
from tests.support.sealing.organisation import Organisation
from tests.support.sealing.static_server import ROOT, WITHOUT_NATIVE, served
from tests.support.sealing.vectors import VECTORS
from tests.support.web.browsers.chromium import FLAGS

JS = ROOT / "tests" / "js"
SUITES = sorted((JS / "sealing").glob("*.test.mjs"))
TOOLS = sorted((JS / "sealing" / "tools").glob("*.test.mjs"))
ARGUMENTS = [*FLAGS, "--disable-dev-shm-usage"]
PARTS = ("coded", "consent", "identity", "incident", "narrative")
CONTENTS = {part: Content("application/json", canonical.encode({part: "كلمات"})) for part in PARTS} | {
    "provenance": Content("application/json", b'{"note":"x"}'),
    "media-001": Content("audio/webm", bytes(range(256)) * 800),
}
TEXT = {part: content for part, content in CONTENTS.items() if not is_media(part)}
MEDIA = (
    Medium(kind="voice", type="audio/webm", data=bytes(range(251)) * 2100, seconds=176),
    Medium(kind="picture", type="image/jpeg", data=b"\xff\xd8\xff" + bytes(9000)),
    Medium(kind="voice", type="audio/mp4", data=bytes(PIECE), seconds=1),
    Medium(
        kind="file", type="application/octet-stream", data=b"PK" + bytes(PIECE), name="كلمات.zip", source="card",
        at="2026-11-24T09:00:00Z",
    ),
)  # fmt: skip
"""Of three pieces, of one, of exactly one, and of two."""
AWKWARD = (
    b'{"__proto__":1}',
    b'{"1":1,"10":2,"2":3}',
    b'{"a":"\xed\xa0\x80"}',
    b'"\xf0\x9f\x95\x8a\xe2\x80\xa8"',
    b'{"a":"\x7f\\u001f\\b"}',
    b'{"a":"\\ud83d\\udd4a"}',
    b"-1",
    b"1E1",
    b"9007199254740991",
    b"-9007199254740992",
)
"""JSON that is spelled at the edge of what canonical form allows."""

Answer = Callable[..., Any]


def _asked(medium: Medium) -> dict[str, Any]:
    asked = {"kind": medium.kind, "type": medium.type, "data": _base64(medium.data), "seconds": medium.seconds}
    if medium.kind != "file":
        return asked
    noted = {"name": medium.name, "source": medium.source, "at": medium.at}
    return asked | {"origin": noted | {"sha256": canonical.sha256_hex(medium.data)}}


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[Page]:
    """A page of Chromium, under the interview's policy, that has loaded the suites; a breach of the policy fails."""
    said: list[str] = []
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield _load(browser.new_page(), address, said)
        browser.close()
    assert said == []


@pytest.fixture
def older_page(page: Page) -> Page:
    """The same in a browser without native ML-KEM, X25519 and ChaCha20-Poly1305."""
    assert page.context.browser
    older = page.context.browser.new_page()
    older.add_init_script(WITHOUT_NATIVE)
    address = page.url.partition("/tests/")[0]
    return _load(older, address, [])


def _load(page: Page, address: str, said: list[str]) -> Page:
    """`page` with the suites loaded; what it says on the console goes to `said`."""
    page.on("console", lambda message: said.append(_text(message)))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{address}/tests/js/sealing/browser/page.html")
    page.wait_for_selector("html[data-ready=true]", timeout=20_000)
    return page


def _text(message: ConsoleMessage) -> str:
    return f"{message.type}: {message.text}"


@pytest.fixture(params=["node", "chromium"])
def answer(request: pytest.FixtureRequest) -> Answer:
    """The twin's answer to a request, by Node and by Chromium."""
    if request.param == "node":
        program = request.getfixturevalue("node")
        return lambda **asked: json.loads(_run(program, str(JS / "sealing/support/twin.mjs"), asked=json.dumps(asked)))
    page = request.getfixturevalue("page")
    return lambda **asked: page.evaluate("asked => window.answer(asked)", asked)


def _run(*command: str, asked: str = "") -> str:
    done = subprocess.run(command, input=asked, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return Organisation()


def test_the_suites_hold_in_node(node: str) -> None:
    _run(node, str(JS / "support" / "together.mjs"), *map(str, SUITES))


def test_independent_tools_and_the_public_age_vectors_agree_and_the_bundle_rebuilds(node: str) -> None:
    if not (JS / "node_modules" / "age-encryption").is_dir():
        lacking("the JavaScript libraries are not installed: run `npm ci --ignore-scripts` in tests/js")
    _run(node, "--test", *map(str, TOOLS))


# in a page they run each time too, with the ciphers that older browsers lack
@pytest.mark.parametrize("where", each_time(["runInPage", "runInWorker"], "runInWorker"))
def test_the_suites_hold_in_chromium(page: Page, where: str) -> None:
    results = page.evaluate(f"() => window.{where}()")
    assert [result for result in results if result["error"]] == []
    assert len(results) >= 65


def test_a_service_worker_seals_and_opens(page: Page) -> None:
    assert page.evaluate("() => window.runInServiceWorker()") is True


def test_the_suites_hold_in_a_browser_without_the_newer_native_ciphers(older_page: Page) -> None:
    results = older_page.evaluate("() => window.runInPage()")
    assert [result for result in results if result["error"]] == []
    assert len(results) >= 65


def test_the_suites_that_chromium_runs_are_all_that_there_are() -> None:
    listed = (JS / "sealing" / "browser" / "suites.mjs").read_text(encoding="utf-8")
    for suite in SUITES:
        assert f'"{suite.name.removesuffix(".test.mjs")}"' in listed


def test_what_python_seals_the_browser_opens(answer: Answer, organisation: Organisation) -> None:
    sealed = organisation.seal(CONTENTS)
    asked = {"chain": _chain(organisation), **_packed(sealed)}
    lawyer = answer(call="open", audience="lawyers", key=organisation.lawyer_b.text, **asked)
    assert set(lawyer) == set(CONTENTS)
    for part, content in CONTENTS.items():
        opened = base64.b64decode(lawyer[part]["content"])
        if part != "provenance":
            assert opened == content.data
        assert lawyer[part]["header"]["sha256"] == canonical.sha256_hex(opened)
    coordinator = answer(call="open", audience="coordinators", key=organisation.coordinator.text, **asked)
    assert {part for part, opened in coordinator.items() if "content" in opened} == {"coded", "consent"}
    nosy = answer(call="open", audience="lawyers", key=organisation.coordinator.text, **asked)
    assert {opened.get("refused") for opened in nosy.values()} == {"not_for_you"}
    attested = answer(
        call="attestation", chain=asked["chain"], record=asked["record"], provenance=lawyer["provenance"]["content"]
    )
    assert attested == {"personId": "interviewer-3", "at": "2026-11-24T10:00:00Z"}


def test_what_the_browser_seals_python_opens(answer: Answer, organisation: Organisation) -> None:
    contents = {part: {"type": content.type, "data": _base64(content.data)} for part, content in CONTENTS.items()}
    sealed = _unpacked(
        answer(
            call="seal",
            chain=_chain(organisation),
            contents=contents,
            device=_base64(organisation.device.seed),
            interviewer=_base64(organisation.interviewer.seed),
            withdraw="ab" * 32,
        )
    )
    manifest = testimony.verify_manifest(sealed.record, organisation.chain)
    assert (manifest.withdraw, len(manifest.parts)) == ("ab" * 32, len(CONTENTS))
    for part, content in CONTENTS.items():
        for key, audience in ((organisation.lawyer_a, "lawyers"), (organisation.recovery, "recovery")):
            opened = organisation.open(sealed, part, audience, key)
            assert part == "provenance" or opened.content == content.data
    provenance = organisation.open(sealed, "provenance", "lawyers", organisation.lawyer_a).content
    assert testimony.verify_attestation(provenance, manifest, organisation.chain).person_id == "interviewer-3"
    assert (
        organisation.open(sealed, "coded", "coordinators", organisation.coordinator).content == CONTENTS["coded"].data
    )
    with pytest.raises(CannotOpen, match="not sealed to your key"):
        organisation.open(sealed, "incident", "lawyers", organisation.coordinator)


@pytest.mark.parametrize("until", ["2028-11", None])
def test_both_twins_read_a_manifest_of_version_2_and_the_end_that_it_says(
    answer: Answer, organisation: Organisation, until: str | None
) -> None:
    ours = organisation.seal(TEXT, version=2, keep_until=until)
    assert testimony.verify_manifest(ours.record, organisation.chain).keep_until == until
    asked = {"chain": _chain(organisation), **_packed(ours)}
    assert answer(call="keepUntil", chain=asked["chain"], record=asked["record"]) == until
    opened = answer(call="open", audience="lawyers", key=organisation.lawyer_b.text, **asked)
    assert opened["coded"]["header"]["decoys"] is not None
    contents = {part: {"type": content.type, "data": _base64(content.data)} for part, content in TEXT.items()}
    seeds = {"device": _base64(organisation.device.seed), "interviewer": _base64(organisation.interviewer.seed)}
    made = answer(call="seal", chain=asked["chain"], contents=contents, version=2, keepUntil=until, **seeds)
    theirs = testimony.verify_manifest(_unpacked(made).record, organisation.chain)
    assert (theirs.version, theirs.keep_until) == (2, until)


def test_the_readers_of_what_the_browser_sealed_can_be_counted(answer: Answer, organisation: Organisation) -> None:
    contents = {part: {"type": content.type, "data": _base64(content.data)} for part, content in TEXT.items()}
    seeds = {"device": _base64(organisation.device.seed), "interviewer": _base64(organisation.interviewer.seed)}
    made = answer(call="seal", chain=_chain(organisation), contents=contents, version=2, keepUntil=None, **seeds)
    for part in ("narrative", "coded"):
        head = organisation.open(_unpacked(made), part, "lawyers", organisation.lawyer_b).head
        assert head is not None
        assert head.count_readers() == len(organisation.chain.latest.recipients("lawyers"))


def test_media_that_the_browser_cut_and_sealed_python_joins(answer: Answer, organisation: Organisation) -> None:
    contents = {part: {"type": content.type, "data": _base64(content.data)} for part, content in TEXT.items()}
    media = [_asked(medium) for medium in MEDIA]
    seeds = {
        "device": _base64(organisation.device.seed),
        "interviewer": _base64(organisation.interviewer.seed),
    }
    asked = {"chain": _chain(organisation), "contents": contents, "media": media, "slice": 6007, **seeds}
    sealed = _unpacked(answer(call="sealMedia", **asked))
    manifest = testimony.verify_manifest(sealed.record, organisation.chain)
    for key, audience in ((organisation.lawyer_a, "lawyers"), (organisation.recovery, "recovery")):
        items = read_list(organisation.open(sealed, LIST, audience, key).content, manifest)
        for item, medium in zip(items, MEDIA, strict=True):
            opened = [organisation.open(sealed, part, audience, key) for part in item.parts]
            joined = b"".join(require_piece(item, place, piece) for place, piece in enumerate(opened))
            assert replace(medium, data=joined, seconds=item.seconds) == medium
    provenance = organisation.open(sealed, "provenance", "lawyers", organisation.lawyer_a).content
    assert testimony.verify_attestation(provenance, manifest, organisation.chain).person_id == "interviewer-3"
    assert cut(MEDIA)[LIST].data == organisation.open(sealed, LIST, "lawyers", organisation.lawyer_a).content


def test_media_that_python_cut_and_sealed_the_browser_opens(answer: Answer, organisation: Organisation) -> None:
    parts = cut(MEDIA)
    sealed = organisation.seal(TEXT | parts)
    asked = {"chain": _chain(organisation), **_packed(sealed)}
    opened = answer(call="open", audience="lawyers", key=organisation.lawyer_b.text, **asked)
    for part, content in parts.items():
        assert base64.b64decode(opened[part]["content"]) == content.data
        assert opened[part]["header"]["type"] == content.type


def test_both_twins_refuse_the_same_change_for_the_same_reason(answer: Answer, organisation: Organisation) -> None:
    sealed = organisation.seal(CONTENTS)
    incident = next(part for part in sealed.parts if part.part == "incident")
    head = incident.heads["lawyers"]
    changes: Mapping[str, tuple[bytes, bytes, OpeningKey]] = {
        "altered head": (head[:99] + bytes([head[99] ^ 1]) + head[100:], incident.body, organisation.lawyer_a),
        "altered body": (head, last_byte_changed(incident.body), organisation.lawyer_a),
        "cut body": (head, incident.body[:-16], organisation.lawyer_a),
        "another's key": (head, incident.body, OpeningKey.generate()),
    }
    for name, (changed, body, key) in changes.items():
        with pytest.raises(CannotOpen) as refused:
            testimony.open_part(sealed.record, "incident", "lawyers", changed, body, key=key, chain=organisation.chain)
        part = {"part": "incident", "heads": {"lawyers": _base64(changed)}, "body": _base64(body)}
        asked = {"chain": _chain(organisation), "record": _base64(sealed.record.encode()), "parts": [part]}
        assert answer(call="open", audience="lawyers", key=key.text, **asked) == {
            "incident": {"refused": refused.value.reason}
        }, name


def test_seeds_locked_by_one_twin_are_unlocked_by_the_other(answer: Answer) -> None:
    seeds = {"interviewer": bytes(range(32)), "device": bytes(range(32, 64))}
    ours = locked_seeds.lock(seeds, "caf\u00e9 \u2460", person="interviewer-3", device="phone-7")
    assert answer(call="unlock", locked=ours, passphrase=" cafe\u0301 1\u2003") == {
        name: _base64(seed) for name, seed in seeds.items()
    }
    assert answer(call="unlock", locked={**ours, "person": "interviewer-4"}, passphrase="caf\u00e9 \u2460") == {
        "refused": "passphrase.wrong"
    }
    ids = {"person": "interviewer-3", "device": "phone-7"}
    asked = {name: _base64(seed) for name, seed in seeds.items()}
    theirs = answer(call="lock", passphrase="six plain words", ids=ids, **asked)
    assert locked_seeds.unlock(theirs, "six plain words ") == seeds
    with pytest.raises(PassphraseWrong):
        locked_seeds.unlock(theirs, "six plain word")


def test_the_browser_believes_a_receipt_that_python_signed(answer: Answer, organisation: Organisation) -> None:
    sealed = organisation.seal(CONTENTS)
    parts = sorted(name for part in sealed.parts for name in _names(part))
    receipt = statements.receipt(
        record=sealed.record.id, parts=parts, log_size=1, root="11" * 32, durable=True, signer=organisation.station
    )
    asked = {"chain": _chain(organisation), "receipt": _base64(receipt.encode())}
    assert answer(call="receipt", recordId=sealed.record.id, parts=parts, **asked)["durable"] is True
    missing = answer(call="receipt", recordId=sealed.record.id, parts=[*parts, "00" * 32], **asked)
    assert missing == {"refused": "receipt.parts"}


def test_a_code_withdraws_alike_in_both(answer: Answer, organisation: Organisation) -> None:
    code = withdrawal_code.new_code()
    signer = withdrawal_code.key_of(code, organisation.chain.fingerprint)
    answered = answer(call="withdrawal", code=code, fingerprint=organisation.chain.fingerprint, tid="ab" * 16)
    record = SignedRecord.decode(base64.b64decode(answered))
    assert record == statements.withdrawal(tid="ab" * 16, scope="all", day="2026-12-24", signer=signer)


def test_both_twins_accept_the_same_json(answer: Answer) -> None:
    texts = [base64.b64decode(text) for text in VECTORS["canonical_json_reject"]]
    texts += [base64.b64decode(value["bytes"]) for value in VECTORS["canonical_json"]]
    texts += [b"[" * depth + b"]" * depth for depth in (7, 8, 9)]
    texts += AWKWARD
    answered = answer(call="canonical", texts=[_base64(text) for text in texts])
    for text, theirs in zip(texts, answered, strict=True):
        assert (theirs and base64.b64decode(theirs)) == _canonical(text), text


def _canonical(text: bytes) -> bytes | None:
    try:
        return canonical.encode(canonical.decode(text))
    except canonical.NotCanonical:
        return None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _chain(organisation: Organisation) -> dict[str, Any]:
    return {
        "root": _base64(organisation.root.data),
        "rosters": [_base64(record.encode()) for record in organisation.chain.records],
    }


def _names(part: SealedPart) -> list[str]:
    return [canonical.sha256_hex(data) for data in (*part.heads.values(), part.body)]


def _packed(sealed: SealedTestimony) -> dict[str, Any]:
    return {"record": _base64(sealed.record.encode()), "parts": [_packed_part(part) for part in sealed.parts]}


def _packed_part(part: SealedPart) -> dict[str, Any]:
    heads = {name: _base64(head) for name, head in part.heads.items()}
    return {"part": part.part, "heads": heads, "body": _base64(part.body)}


def _unpacked(answered: Mapping[str, Any]) -> SealedTestimony:
    record = SignedRecord.decode(base64.b64decode(answered["record"]))
    commits = {entry["part"]: entry["commit"] for entry in record.value["parts"]}
    parts = tuple(
        SealedPart(
            part=part["part"],
            commit=commits[part["part"]],
            heads={name: base64.b64decode(head) for name, head in part["heads"].items()},
            body=base64.b64decode(part["body"]),
        )
        for part in answered["parts"]
    )
    return SealedTestimony(record, parts)
