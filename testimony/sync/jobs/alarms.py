"""Checks regularly at central for alarms, and sends an e-mail when there is one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from testimony.background.guard import foreseen
from testimony.errors import TestimonyError
from testimony.services.monitoring import alarm_mail, alarms
from testimony.services.monitoring.alarm_mail import Letter
from testimony.sync.errors import MailNotSent
from testimony.sync.mail import alarm_message, smtp
from testimony.sync.mail.smtp import MailServer

if TYPE_CHECKING:
    from testimony.background.scheduler import Scheduler
    from testimony.station.station import Station

EVERY: Final = 300.0
"""Seconds between two looks."""
JITTER: Final = 0.1
"""Spreads the checks of several servers of one central that started together."""
LONGEST_END: Final = 5.0
"""Seconds for which an end waits for an e-mail under way; one that is cut off goes again at the next start."""
log = logging.getLogger("testimony.alarms")


class AlarmJob:
    """Looks, and writes. Each process of central has one; only the process that leads looks."""

    def __init__(
        self,
        station: Station,
        *,
        leads: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`leads`: whether this process leads, among those of one central. `clock`: seconds since 1970, for the days
        and hours of alarms.
        """
        self.station, self.leads, self.clock = station, leads, clock

    def add_to(self, scheduler: Scheduler) -> None:
        """The first look comes at once: what was open when the server ended is open still."""
        scheduler.add("alarms", self.run, every=EVERY, jitter=JITTER, stop_timeout=LONGEST_END)

    def run(self) -> None:
        if self.leads():
            self.once()

    def once(self) -> bool:
        """Look, and send what is due; whether an e-mail went. What goes wrong is logged, and comes again."""
        return self._look() and self._post()

    def _look(self) -> bool:
        try:
            with foreseen(TestimonyError, log):
                alarms.look(self.station, now=self._now())
        except TestimonyError as error:
            log.warning("what needs a person could not be looked at: %s", error.code)
            return False
        return True

    def _post(self) -> bool:
        if not smtp.is_set_up(self.station.settings):
            return False
        try:
            with foreseen(TestimonyError, log):
                return self._send()
        except TestimonyError as error:
            log.warning("an e-mail about alarms could not be seen to: %s", error.code)
            return False

    def _send(self) -> bool:
        with self.station.database.reading() as session:
            if alarm_mail.due(session, now=self._now()) is None:
                return False
        with self.station.database.transaction() as session:
            letter = alarm_mail.take(session, now=self._now())
        if letter is None:
            return False  # another server took it
        try:
            whole = self._deliver(letter)
        except MailNotSent as error:
            log.warning("an e-mail about alarms did not go: %s", error.reason)
            with self.station.database.transaction() as session:
                alarm_mail.failed(session, error.reason, now=self._now())
            return False
        with self.station.database.transaction() as session:
            alarm_mail.sent(session, letter, now=self._now(), error="" if whole else "some")
        return True

    def _deliver(self, letter: Letter) -> bool:
        settings = self.station.settings
        subject, text = alarm_message.of_letter(letter, settings.mail_language)
        with foreseen(_Broken, log):
            return smtp.send_in_time(MailServer.from_settings(settings), subject, text)

    def _now(self) -> int:
        return int(self.clock())


class _Broken(MailNotSent):
    """Something that nobody foresaw: it is outlined in the log, and tried again like the rest."""

    def __init__(self) -> None:
        super().__init__("broken")
