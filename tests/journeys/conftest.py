"""Journeys that follow a page of the documents type what the list says."""

from __future__ import annotations

from tests.support.cli.followed import pytest_pyfunc_call as pytest_pyfunc_call
