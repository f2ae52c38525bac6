"""Checks that no word of a chart sticks out."""

from __future__ import annotations

from playwright.sync_api import Page


def require_within(page: Page) -> None:
    """No word of a chart sticks out of it."""
    out = page.evaluate(
        """() => [...document.querySelectorAll("svg[role=img] text")].filter((one) => {
          const [word, chart] = [one.getBoundingClientRect(), one.closest("svg").getBoundingClientRect()];
          return word.left < chart.left - 2 || word.right > chart.right + 2;
        }).map((one) => one.textContent)"""
    )
    assert out == []
