"""What stops a consent from being taken down: the guards that refuse a GRANT. Twin of `consentguards.js`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def obstacles(circumstances: Mapping[str, Any], purpose: str, told_items: tuple[str, ...]) -> tuple[str, ...]:
    """Why `purpose` must not be granted now: codes of `OBSTACLES` in their order, empty when nothing stands in the way.

    `circumstances` is the content of the consent compartment (told, teach_back, present, incentive, capacity, age, …).
    """
    raise NotImplementedError
