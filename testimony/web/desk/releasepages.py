"""Every page about releases, in one place for the factory to open."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from testimony.web.desk import (
    clearings,
    publicaccounts,
    quality,
    recalling,
    releasebuilder,
    releasefile,
    releaseprogress,
    releases,
    settling,
)

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    releases.bp,
    releasebuilder.bp,
    releaseprogress.bp,
    releasefile.bp,
    recalling.bp,
    clearings.bp,
    publicaccounts.bp,
    quality.bp,
    settling.bp,
)
