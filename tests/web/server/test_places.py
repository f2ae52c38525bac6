"""The client that holds most connections gives way, and nobody is kept out by others."""

from __future__ import annotations

from testimony.web.server.places import Places


class Hall:
    """Places with a list of who was sent away, and a set of who is being answered."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self.gone: list[str] = []
        self.busy: set[str] = set()
        self.places: Places[str] = Places(most, most_of_one, self.gone.append, self.busy.__contains__)

    def fill(self, network: str, number: int) -> None:
        for one in range(number):
            assert self.places.take(network, f"{network}{one}")


def test_a_full_house_takes_the_next_and_the_largest_holder_loses_its_oldest() -> None:
    hall = Hall(6, 6)
    hall.fill("a", 4)
    hall.fill("b", 2)
    assert hall.places.take("c", "c0")
    assert hall.places.take("c", "c1")
    assert hall.gone == ["a0", "a1"]
    assert hall.places.take("c", "c2"), "of those that hold as many, the one that came first"
    assert hall.gone == ["a0", "a1", "a2"]


def test_one_alone_changes_its_own_places() -> None:
    hall = Hall(3, 3)
    hall.fill("a", 3)
    hall.places.leave("a", "a1")
    hall.fill("b", 1)
    assert hall.places.take("a", "a9")
    assert hall.gone == ["a0"]


def test_what_is_being_answered_goes_last() -> None:
    hall = Hall(3, 3)
    hall.busy |= {"a0", "a1"}
    hall.fill("a", 3)
    assert hall.places.take("b", "b0")
    assert hall.gone == ["a2"]
    hall.busy.add("a2")
    assert hall.places.take("b", "b1")
    assert hall.gone == ["a2", "a0"], "all are: the oldest"


def test_one_network_gets_no_more_than_its_measure_and_a_place_that_was_left_is_free() -> None:
    hall = Hall(10, 2)
    hall.fill("a", 2)
    assert not hall.places.take("a", "late")
    hall.places.leave("a", "a0")
    hall.places.leave("a", "a0")
    assert hall.places.take("a", "late")
    assert hall.gone == []
