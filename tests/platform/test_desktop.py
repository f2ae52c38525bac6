"""A browser is opened where the person has a screen, and never in the terminal."""

from __future__ import annotations

import sys
import webbrowser

import pytest

from testimony.platform import desktop

ADDRESS = "http://localhost:8403/#token"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux starts without a screen")
def test_without_a_screen_no_browser_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda address: opened.append(address) or True)
    for name in desktop.SCREENS:
        monkeypatch.delenv(name, raising=False)
    assert not desktop.show_page(ADDRESS)
    assert opened == []
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert desktop.show_page(ADDRESS)
    assert opened == [ADDRESS]
