"""What a roster offers, in a language: names fall back, uses are asked for a recipient, older rosters still ask."""

from typing import Any

from testimony.domain.consent.fold import Key, Purpose, prerequisites
from testimony.domain.consent.offers import LIVES, ORDER, offers, referrals, text_in

NAMES = {"en": "the clinic", "ar": "العيادة"}


def ids(organisation: dict[str, Any]) -> list[str]:
    return [offer.id for offer in offers(organisation)]


def test_a_name_is_given_in_the_language_else_in_english_else_in_any() -> None:
    assert text_in(NAMES, "ar") == "العيادة"
    assert text_in(NAMES, "ar-SY") == "العيادة"
    assert text_in(NAMES, "fr") == "the clinic"
    assert text_in({"so": "x"}, "fr") == "x"
    assert text_in("everywhere", "fr") == "everywhere"
    assert text_in(None, "fr") == ""


def test_a_roster_that_does_not_say_asks_for_keeping_lawyers_and_numbers() -> None:
    assert ids({}) == ["P01", "P04", "P06"]
    assert ids({"name": "n", "mechanism": ""}) == ["P01", "P04", "P06"]
    assert ids({"mechanism": "m"}) == ["P01", "P04", "P06", "P07"]


def test_two_recipients_of_one_purpose_are_asked_apart() -> None:
    purposes = [
        {"purpose": "P05", "recipient": "b", "name": "B", "life_months": 1},
        {"purpose": "P05", "recipient": "a", "name": "A"},
        {"purpose": "P01", "recipient": "organisation"},
    ]
    found = offers({"purposes": purposes})
    assert [offer.id for offer in found] == ["P01", "P05-a", "P05-b"]
    assert [offer.life_months for offer in found] == [24, 3, 1]
    assert found[1].key == Key(Purpose.SERVICE, "a")


def test_some_purposes_have_one_recipient_whatever_the_roster_writes() -> None:
    purposes = [{"purpose": "P01", "recipient": "us"}, {"purpose": "P06", "recipient": "everybody"}]
    assert [(offer.id, offer.recipient) for offer in offers({"purposes": purposes})] == [
        ("P01", "organisation"),
        ("P06", "public"),
    ]


def test_no_limit_is_not_the_same_as_no_word_about_it() -> None:
    purposes = [{"purpose": "P01", "recipient": "organisation", "life_months": None}]
    assert offers({"purposes": purposes})[0].life_months is None
    assert offers({"purposes": [{"purpose": "P01", "recipient": "organisation"}]})[0].life_months == 24


def test_a_purpose_that_this_version_does_not_know_is_not_asked() -> None:
    assert ids(
        {"purposes": [{"purpose": "P01", "recipient": "organisation"}, {"purpose": "P19", "recipient": "x"}]}
    ) == ["P01"]


def test_every_purpose_has_its_place_and_its_life_and_comes_after_what_it_needs() -> None:
    assert set(ORDER) == set(LIVES) == set(Purpose)
    for at, purpose in enumerate(ORDER):
        assert prerequisites(purpose) <= set(ORDER[:at])


def test_referrals_come_as_the_roster_lists_them() -> None:
    held = [
        {"id": "law", "kind": "legal", "name": NAMES, "how": "call"},
        {"id": "clinic", "kind": "medical", "name": "c", "how": "go"},
    ]
    assert [one.id for one in referrals({"referrals": held})] == ["law", "clinic"]
    assert referrals({}) == ()
