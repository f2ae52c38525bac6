"""Which proxy leads to central: the setting's, else the environment's, never for this machine itself."""

from __future__ import annotations

import pytest

from testimony.errors import SettingUnusable
from testimony.sync.http.route import Proxy, Way

URL = "https://central.example:8402"
OFFICE = {"HTTPS_PROXY": "http://office:3128", "HTTP_PROXY": "http://plain:3128"}


@pytest.mark.parametrize(
    ("setting", "environment", "url", "found"),
    [
        ("", {}, URL, None),
        ("", OFFICE, URL, Proxy("http://office:3128")),
        ("", OFFICE, "http://central.example", Proxy("http://plain:3128")),
        ("", {"https_proxy": "office:3128"}, URL, Proxy("http://office:3128")),
        ("", {"ALL_PROXY": "http://all:1"}, URL, Proxy("http://all:1")),
        ("", {"https_proxy": "http://office:3128", "HTTPS_PROXY": ""}, URL, Proxy("http://office:3128")),
        ("", {"HTTPS_PROXY": "", "ALL_PROXY": "http://all:1"}, URL, Proxy("http://all:1")),
        ("", OFFICE | {"NO_PROXY": "central.example:8402"}, URL, None),
        ("", {"HTTPS_PROXY": "http://n@office:3128"}, URL, Proxy("http://office:3128", "n:")),
        ("", OFFICE | {"NO_PROXY": "central.example"}, URL, None),
        ("", OFFICE | {"no_proxy": ".example"}, URL, None),
        ("", OFFICE | {"NO_PROXY": "*"}, URL, None),
        ("", OFFICE | {"NO_PROXY": "other.example"}, URL, Proxy("http://office:3128")),
        ("", OFFICE, "https://localhost:8402", None),
        ("", OFFICE, "https://127.0.0.1:8402", None),
        ("", OFFICE, "https://[::1]:8402", None),
        ("none", OFFICE, URL, None),
        ("http://own:8080", OFFICE | {"NO_PROXY": "*"}, URL, Proxy("http://own:8080")),
        ("https://own", {}, URL, Proxy("https://own")),
        ("http://[fd00::1]:3128", {}, URL, Proxy("http://[fd00::1]:3128")),
        ("http://n%40me:p%3Aw@own:8080", {}, URL, Proxy("http://own:8080", "n@me:p:w")),
    ],
)
def test_the_setting_wins_then_the_environment(
    setting: str, environment: dict[str, str], url: str, found: Proxy | None
) -> None:
    assert Way(proxy=setting).proxy_to(url, environment) == found


@pytest.mark.parametrize(
    "given", ["own", "socks5://own:1080", "http://", "http://own:0", "http://own:99999", "http://[", "ftp://own:1"]
)
def test_what_is_no_proxy_is_said_and_never_shown(given: str) -> None:
    with pytest.raises(SettingUnusable) as error:
        Way(proxy=given).proxy_to(URL, {})
    assert "TESTIMONY_PROXY" in str(error.value)
    with pytest.raises(SettingUnusable) as error:
        Way(proxy="").proxy_to(URL, {"HTTPS_PROXY": f"socks5://n:secret@{given[-3:]}"})
    assert "HTTPS_PROXY" in str(error.value)
    assert "secret" not in str(error.value)
