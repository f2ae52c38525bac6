"""Whatever differs between two rosters is said in a sentence, and what is grave is marked."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from testimony import canonical
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.roster import Roster
from testimony.services.roster import diff as roster_diff
from testimony.services.roster.change import SENTENCES
from tests.support.sealing.organisation import Organisation
from tests.support.services import freshness

ORG = Organisation()
BEFORE = ORG.chain.latest


def keys() -> list[dict[str, str]]:
    return [key.describe() for key in Signer.generate().public_keys]


def altered(act: Any) -> Roster:
    value = copy.deepcopy(dict(ORG.successor()))
    act(value)
    return Roster.parse(canonical.encode(value))


def said(act: Any) -> list[str]:
    found = roster_diff.changes(BEFORE, altered(act))
    assert all(change.say() for change in found)
    return [change.kind for change in found]


def reader(value: dict[str, Any]) -> None:
    text = OpeningKey.generate().recipient.text
    value["people"].append({"id": "new", "role": "lawyer", "status": "active", "age": text})


@pytest.mark.parametrize(
    ("act", "kinds"),
    [
        (lambda value: value.update(issued="2026-12-01", expires="2027-01-01"), ["renewed"]),
        (reader, ["reader.new"]),
        (lambda value: value.update(trust={"files": [], "seals": 2}), ["seals"]),
        (lambda value: value.update(trust={"files": [], "central": "https://central.example"}), ["address"]),
        (lambda value: value.update(trust={"files": [], "seals": 2, "form": "ab" * 32}), ["form", "seals"]),
        (lambda value: value.update(drafts={"share": "sitting"}), ["drafts.sitting"]),
        (lambda value: value.update(drafts={"share": "none"}), ["drafts.none"]),
        (lambda value: value.update(drafts={"share": "node"}), ["other"]),
        (lambda value: value["people"][0].update(status="revoked"), ["reader.ends"]),
        (lambda value: value["people"][0].update(status="on leave"), ["reader.ends"]),
        (lambda value: value["people"].pop(0), ["reader.ends"]),
        (lambda value: value["people"][0].update(role="coordinator"), ["reader.ends", "reader.new"]),
        (lambda value: value["people"][0].update(age=OpeningKey.generate().recipient.text), ["reader.key"]),
        (lambda value: value["people"][0].update(keys=keys()), ["reader.key"]),
        (lambda value: value["people"][3].update(keys=keys()), ["recovery.key"]),
        (lambda value: value["people"][4].update(keys=keys()), ["interviewer.key"]),
        (lambda value: value["people"][4].update(status="revoked"), ["interviewer.ends"]),
        (lambda value: value["devices"][0].update(status="lost"), ["phone.lost"]),
        (lambda value: value["devices"][0].update(status="revoked"), ["phone.ends"]),
        (lambda value: value["devices"][0].update(keys=keys()), ["phone.key"]),
        (lambda value: value["devices"][1].update(status="lost"), ["node.ends"]),
        (lambda value: value["devices"].append({"id": "c", "kind": "central", "status": "active", "keys": keys()}),
         ["central.new"]),
        (lambda value: value["policy"].update(coded=["lawyers", "recovery"]), ["policy"]),
        (lambda value: value["slots"].update(lawyers=5), ["slots"]),
        (lambda value: value.update(organisation={"name": "Border Watch"}), ["organisation"]),
        (lambda value: value.update(trust={"files": [], "form": "00" * 32}), ["form"]),
        (lambda value: value.update(trust={"files": []}), ["renewed"]),
        (lambda value: value.update(trust=freshness.trust("coordinator", Signer.generate())), ["confirmers"]),
        (lambda value: value.update(witnesses=[{"name": "partner", "pub": "00" * 32}]), ["witnesses"]),
        (lambda value: value.update(novel=1), ["other"]),
        (lambda value: value["people"][0].update(novel=1), ["entry"]),
        (lambda value: value["devices"][1].update(novel=1), ["entry"]),
    ],
)  # fmt: skip
def test_every_difference_has_its_sentence(act: Any, kinds: list[str]) -> None:
    assert said(act) == kinds


def test_the_file_of_the_questionnaire_has_no_sentence_of_its_own_while_the_questionnaire_stays() -> None:
    file = {"kind": "form", "sha256": "ab" * 32, "pieces": ["ab" * 32]}
    before, other = (
        altered(lambda value, form=form: value.update(trust={"files": [file], "form": form}))
        for form in ("ab" * 32, "cd" * 32)
    )
    for files in ([], [{**file, "pieces": ["cd" * 32]}]):
        after = altered(lambda value, files=files: value.update(trust={"files": files, "form": "ab" * 32}))
        assert [change.kind for change in roster_diff.changes(before, after)] == ["trust"]
    assert [change.kind for change in roster_diff.changes(other, before)] == ["form"]
    assert [change.kind for change in roster_diff.changes(BEFORE, before)] == ["form"]


def test_an_authority_under_the_hash_of_the_questionnaire_is_said() -> None:
    authority = {"kind": "ca", "sha256": "ab" * 32, "pieces": ["ab" * 32]}
    assert said(lambda value: value.update(trust={"files": [authority], "form": "ab" * 32})) == ["form", "trust"]


def test_who_comes_to_read_and_what_is_not_known_is_marked() -> None:
    for act in (reader, lambda value: value.update(novel=1), lambda value: value["people"][0].update(novel=1)):
        assert [change.grave for change in roster_diff.changes(BEFORE, altered(act))] == [True]


def test_a_new_key_without_a_request_is_said_to_have_no_words() -> None:
    (caution,) = roster_diff.cautions(BEFORE, altered(reader), [])
    assert (caution.kind, caution.grave) == ("no-words", True)


def test_too_few_lawyers_are_said() -> None:
    after = altered(lambda value: value["people"][0].update(status="revoked"))
    assert [caution.kind for caution in roster_diff.cautions(BEFORE, after, [])] == ["few"]


def test_names_are_set_apart_and_roles_translated() -> None:
    (change,) = roster_diff.changes(BEFORE, altered(reader))
    words = {"lawyer": "avocat", SENTENCES["reader.new"]: "%(id)s (%(role)s)"}
    assert change.say(lambda text: words[text], "<{}>".format) == "<new> (avocat)"


def ended(value: dict[str, Any], **more: Any) -> None:
    """The last reader has left already, with what else the roster says of them."""
    value["people"][-1] |= {"status": "revoked", **more}


def test_what_changes_of_somebody_who_left_already_is_said_and_nothing_else_of_them() -> None:
    before = altered(ended)
    entry = [{"id": before.people[-1].id}]
    for act, expected in (
        (ended, []),
        (lambda value: ended(value, age=OpeningKey.generate().recipient.text), entry),
        (lambda value: value["people"].pop(), entry),
    ):
        found = roster_diff.changes(before, altered(act))
        assert [one.values for one in found if one.kind == "entry"] == expected
    assert [one.kind for one in roster_diff.changes(altered(lambda value: value["people"].pop()), before)] == ["entry"]
