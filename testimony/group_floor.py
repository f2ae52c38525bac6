"""The minimum group size of every release: no published class may go below it, whatever an organisation configures."""

from __future__ import annotations

from typing import Final

LEAST_PERSONS: Final = 5
"""The smallest k: distinct persons in a class. A smaller number may point at somebody whom an officer remembers."""
LEAST_INCIDENTS: Final = 2
"""The smallest m: distinct pushbacks that the persons of a class tell of."""
LARGEST_SHARE: Final = 0.5
"""The largest alpha: the share of a class, 0 to 1, for which one stigma may hold."""
