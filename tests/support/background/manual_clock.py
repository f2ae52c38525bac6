"""A scheduler whose time passes only when a test says so."""

from __future__ import annotations

from testimony.background.scheduler import Scheduler


class Hands:
    """A scheduler that is never started, and its clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.scheduler = Scheduler(clock=lambda: self.now, spread=lambda _, most: most)

    def move(self, seconds: float) -> float | None:
        """Let so many seconds pass and everything run that is due then; the seconds until the next job is."""
        self.now += seconds
        while True:
            self.scheduler.run_due()
            assert self.scheduler.wait(60)
            if not any(job.due is not None and job.due <= self.now for job in self.scheduler._jobs):
                return self.scheduler.run_due()
