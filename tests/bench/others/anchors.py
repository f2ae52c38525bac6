"""What two other form renderers need for a like questionnaire, measured in the same way: stands beside our figures."""

from __future__ import annotations

SOURCE = """\
The columns Enketo and ODK Web Forms are not measured here: they were found once, in the same way (Chromium, processor
six times slower, cold cache), with `enketo-core` and `@getodk/web-forms` showing a like questionnaire."""
NAMES = ("Enketo", "ODK Web Forms")

FIRST_LOAD = ("269 kB", "1,258 kB")
SCRIPTS = ("266 kB", "1,194 kB")
USABLE = ("7.9 s", "30.2 s")
BLOCKED = ("949 ms", "2,628 ms")
