"""Collects the URLs of all release pages for the factory to register."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from testimony.web.desk.release import builder, clearance, data_quality, published_accounts, recall, releases
from testimony.web.desk.release import file as release_file
from testimony.web.desk.release import progress as release_progress
from testimony.web.desk.release import settlement as release_settlement

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    releases.bp,
    builder.bp,
    release_progress.bp,
    release_file.bp,
    recall.bp,
    clearance.bp,
    published_accounts.bp,
    data_quality.bp,
    release_settlement.bp,
)
