"""What two other form renderers need for a like questionnaire, measured in the same way: stands beside our figures."""

from __future__ import annotations

NAMES = ("Enketo", "ODK Web Forms")

FIRST_LOAD = ("269 kB", "1,258 kB")
SCRIPTS = ("266 kB", "1,194 kB")
USABLE = ("7.9 s", "30.2 s")
BLOCKED = ("949 ms", "2,628 ms")
