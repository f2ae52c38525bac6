"""Borders that a coordinator may choose for a plan that are not in the gazetteer of the form, or one way only.

The list of borders in a form is part of what was asked, so it grows with a new form alone. A plan may name any border.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

LISTED: Final = """
ALB-MKD ALB-MNE ALB-XKX AUT-CZE AUT-DEU AUT-HUN AUT-ITA AUT-SVK BGR-GRC BGR-MKD BGR-ROU BGR-SRB BIH-MNE BIH-SRB
BLR-UKR CHE-AUT CHE-DEU CHE-FRA CHE-ITA COL-ECU COL-VEN CRI-NIC CRI-PAN CYP-SYR CZE-DEU CZE-SVK DEU-DNK DEU-FRA
DEU-POL DJI-YEM DZA-LBY DZA-MAR DZA-MLI DZA-MRT ECU-PER EGY-ISR EGY-LBY EGY-SDN ESP-DZA ESP-FRA ESP-MRT ESP-SEN
EST-LVA EST-RUS FIN-RUS GTM-HND GTM-SLV HND-NIC HRV-HUN HRV-MNE HUN-ROU HUN-SVK HUN-SVN HUN-UKR IRN-IRQ IRN-PAK
IRQ-SYR IRQ-TUR ITA-ALB ITA-GRC JOR-SYR LBN-SYR LBY-NER LBY-SDN LBY-TCD LTU-LVA LTU-POL LTU-RUS LVA-RUS MAR-MRT
MDA-ROU MDA-UKR MKD-XKX MNE-SRB MNE-XKX MRT-MLI MRT-SEN NOR-RUS POL-CZE POL-RUS POL-SVK ROU-UKR SRB-XKX SVK-UKR
TUR-ARM TUR-GEO
"""
NEIGHBOURS: Final = tuple(LISTED.split())
"""Two States each, in no order: both directions are meant."""


def both_ways(borders: Iterable[str]) -> frozenset[str]:
    """`borders` and each the other way: people are returned over the border that they came by, and chains go on."""
    found = [one.partition("-") for one in borders]
    return frozenset(f"{one}-{other}" for origin, _, to in found for one, other in ((origin, to), (to, origin)))
