"""An event that one person tells twice counts once, wherever lawyers linked both accounts to person and incident."""

from __future__ import annotations

import itertools

from testimony.domain.incidents.told_again import Linked, several, told_again

CAME = {"a": (0, 7), "b": (0, 3), "c": (1, 1)}


def account(name: str, person: str = "p", *incidents: str) -> Linked:
    return Linked(name=name, persons=frozenset({person} - {""}), incidents=frozenset(incidents))


def test_of_two_accounts_of_one_event_the_first_that_came_counts() -> None:
    both = [account("a", "p", "i"), account("b", "p", "i"), account("c", "p", "i")]
    for ordered in itertools.permutations(both):
        assert told_again(ordered, (), CAME) == {"a", "c"}
        assert told_again(ordered, (), {"c": (1, 1)}) == {"a", "b"}, "what has no time came last"


def test_one_that_was_counted_before_stays_and_the_first_does_not_count() -> None:
    both = [account("a", "p", "i"), account("b", "p", "i")]
    assert told_again(both, {"a"}, CAME) == {"b"}
    assert told_again(both, {"a", "b"}, CAME) == set(), "what was printed stays"


def test_an_account_of_another_event_counts_and_the_one_with_more_events_covers_the_other() -> None:
    assert told_again([account("a", "p", "i"), account("b", "p", "j")], (), CAME) == set()
    assert told_again([account("a", "p", "i", "j"), account("b", "p", "i")], (), CAME) == {"b"}
    assert told_again([account("a", "p", "i", "j"), account("b", "p", "i")], {"b"}, CAME) == set()


def test_without_both_links_nothing_is_taken_for_the_same() -> None:
    for some in ([account("a", "p", "i"), account("b", "q", "i")], [account("a"), account("b")]):
        assert told_again(some, (), CAME) == set()
        assert several(some) == set()
    assert told_again([account("a", "", "i"), account("b", "", "i")], (), CAME) == set()


def test_only_those_whose_person_told_several_need_a_time() -> None:
    some = [account("a", "p", "i"), account("b", "p", "j"), account("c", "q", "i"), account("d", "p")]
    assert several(some) == {"a", "b"}
