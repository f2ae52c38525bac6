"""An organisation's own form, with the labels that an archive keeps of it."""

from __future__ import annotations

from typing import Any

OWN: dict[str, Any] = {
    "fields": {
        "o_rain": {"label": "Did it rain?", "type": "select", "list": "sky"},
        "vio": {"label": "Violence", "list": "vio", "pieces": [{"id": "who", "label": "By whom", "list": "sky"}, 7]},
        "age": {"label": "", "band": "ages"},
    },
    "consent": {"o_rain": {"label": "not asked"}, "p": {"label": "May we?"}},
    "lists": {
        "sky": {"options": [{"code": "wet", "label": "It poured"}, "odd", {"code": "dry"}]},
        "vio_family": {"options": [{"code": "beat", "label": "Beaten"}]},
        "ages": {"options": [{"code": "old", "label": "60 and more"}]},
        "yn5": {"options": [{"code": "ref", "label": "Prefers not to say"}]},
    },
    "language": "en",
    "translations": {"fr": {"fields": {"o_rain": {"label": "Pleuvait-il ?"}}, "lists": {"sky": {"wet": "À verse"}}}},
}
