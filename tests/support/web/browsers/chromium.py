"""How tests start Chromium: as Playwright does, without what Chromium prepares for a window that nobody sees.

Chromium heeds the last `--disable-features` alone, so ours names what Playwright's does as well
(`tests/web/test_chromium.py` compares them).
"""

from __future__ import annotations

OF_PLAYWRIGHT = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
    "msEdgeUpdateLaunchServicesPreferredVersion",
    "msForceBrowserSignIn",
)
UNSEEN = ("WebUIOmniboxAimPopup", "WebUIOmniboxPopup")
"""The list under the address bar is a page of its own: to have it ready takes as long as the start of Chromium."""
FLAGS = ["--no-sandbox", "--disable-features=" + ",".join((*OF_PLAYWRIGHT, *UNSEEN))]
