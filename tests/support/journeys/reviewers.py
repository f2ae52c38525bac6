"""Two lawyers who review in numbers, without a browser: they link who is who, and clear what may leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from testimony.domain.review.review import ReviewState
from testimony.services.consent import enforcement
from testimony.services.enrolment.organisation import Organisation
from testimony.services.incidents import linkage
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.review import reviews
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.http.transport import Transport
from tests.support.services.desks import reader_of
from tests.support.stories.accounts import Account

FIRST, SECOND = "lawyer-1", "lawyer-2"


class Lawyers:
    """Both, each over their own home, that no program serves meanwhile; `central`: where it is."""

    def __init__(self, made: Organisation, homes: Mapping[str, Path], central: str) -> None:
        self._homes, self._central = homes, central
        self._day = datetime.now(UTC).date()
        self._readers = {person: reader_of(made, person) for person in homes}
        self._annexes = {person: AnnexIndex() for person in homes}
        self._stations: dict[str, Station] = {}

    @contextmanager
    def at_work(self) -> Iterator[Lawyers]:
        """What was new came before, what they say goes afterwards."""
        with ExitStack() as closing:
            self._stations = {person: closing.enter_context(open_station(home)) for person, home in self._homes.items()}
            self._exchange()
            yield self
            self._exchange()

    def _exchange(self) -> None:
        for person, reader in self._readers.items():
            station, annexes = self._stations[person], self._annexes[person]
            report = exchange(
                station,
                Transport(self._central, reader.signer),
                audience=reader.audience,
                obey=partial(enforcement.obey, station, reader, annexes, day=self._day),
            )
            assert (report.pushed.refused, report.pulled.refused, report.pushed.waiting) == ({}, {}, 0)

    def link(self, accounts: Sequence[Account]) -> None:
        """Say of whom one cannot see it in the codes that they are one person, and of which accounts one incident."""
        for tids in _unlike(accounts, lambda one: one.person, ("age", "gender", "nat")):
            for tid in tids[1:]:
                links = linkage.current_links(self._stations[FIRST].chain, self._refreshed(FIRST))
                linkage.tell_person(self._stations[FIRST], self._readers[FIRST], links, tid, tids[0], day=self._day)
        for tids in _unlike(accounts, lambda one: one.incident, ("date", "place")):
            for tid in tids[1:]:
                links = linkage.current_links(self._stations[FIRST].chain, self._refreshed(FIRST))
                linkage.same_event(self._stations[FIRST], self._readers[FIRST], links, tids[0], tid, day=self._day)

    def clear(self, accounts: Iterable[Account], *, first_alone: Iterable[Account] = ()) -> None:
        """Both clear `accounts`; of `first_alone` the second has said nothing yet."""
        alone = [one.tid for one in first_alone]
        both = [one.tid for one in accounts]
        self._move(FIRST, [*both, *alone], ReviewState.IN_REVIEW)
        self._move(FIRST, [*both, *alone], ReviewState.CLEARED)
        self._exchange()
        self._move(SECOND, both, ReviewState.CLEARED)

    def keep_back(self, account: Account) -> None:
        """Not for release."""
        for to in (ReviewState.IN_REVIEW, ReviewState.NOT_FOR_RELEASE):
            self._move(FIRST, [account.tid], to)

    def _move(self, person: str, tids: Iterable[str], to: ReviewState) -> None:
        """Those that may go there and of which this person has not said so."""
        station, annexes, reader = self._stations[person], self._refreshed(person), self._readers[person]
        for tid in tids:
            stands = reviews.review_of(station.chain, annexes, tid)
            said = to is ReviewState.CLEARED and person in stands.review.cleared_by
            if to in stands.review.moves and not said:
                reviews.move(station, reader, stands, to, day=self._day)

    def _refreshed(self, person: str) -> AnnexIndex:
        station, annexes = self._stations[person], self._annexes[person]
        with station.database.reading() as session:
            annexes.refresh(station, session, self._readers[person])
        return annexes


def _unlike(accounts: Sequence[Account], of: Callable[[Account], int], names: Sequence[str]) -> list[list[str]]:
    """The testimonies of each person, or incident, of whom several tell and not all say the same."""
    groups: dict[int, list[Account]] = defaultdict(list)
    for one in accounts:
        groups[of(one)].append(one)
    return [
        [one.tid for one in group]
        for group in groups.values()
        if len({tuple(one.says[name] for name in names) for one in group}) > 1
    ]
