"""The 34 provinces: their codes (GB/T 2260), what they are called, and where they stand on a grid of tiles.

The grid keeps neighbours together as far as squares of one size can: it shows where, not how large.
"""

from __future__ import annotations

from dataclasses import dataclass

from question_types.base import N_, Words


@dataclass(frozen=True)
class Province:
    """``short``: what fits in a tile; ``sign``: the character of its licence plates, ``""`` where it issues
    none of the mainland's; ``column`` and ``row`` count from the upper left corner of the grid."""

    code: str
    label: Words
    short: Words
    sign: str
    column: int
    row: int


PROVINCES: dict[str, Province] = {
    code: Province(code, Words(label), Words(short), sign, column, row)
    for code, label, short, sign, column, row in (
        ("110000", N_("Beijing"), N_("BJ"), "京", 5, 2),
        ("120000", N_("Tianjin"), N_("TJ"), "津", 6, 2),
        ("130000", N_("Hebei"), N_("HE"), "冀", 5, 3),
        ("140000", N_("Shanxi"), N_("SX"), "晋", 4, 3),
        ("150000", N_("Inner Mongolia"), N_("NM"), "蒙", 5, 1),
        ("210000", N_("Liaoning"), N_("LN"), "辽", 7, 2),
        ("220000", N_("Jilin"), N_("JL"), "吉", 7, 1),
        ("230000", N_("Heilongjiang"), N_("HL"), "黑", 7, 0),
        ("310000", N_("Shanghai"), N_("SH"), "沪", 7, 4),
        ("320000", N_("Jiangsu"), N_("JS"), "苏", 6, 4),
        ("330000", N_("Zhejiang"), N_("ZJ"), "浙", 6, 5),
        ("340000", N_("Anhui"), N_("AH"), "皖", 5, 4),
        ("350000", N_("Fujian"), N_("FJ"), "闽", 6, 6),
        ("360000", N_("Jiangxi"), N_("JX"), "赣", 5, 5),
        ("370000", N_("Shandong"), N_("SD"), "鲁", 6, 3),
        ("410000", N_("Henan"), N_("HA"), "豫", 4, 4),
        ("420000", N_("Hubei"), N_("HB"), "鄂", 4, 5),
        ("430000", N_("Hunan"), N_("HN"), "湘", 4, 6),
        ("440000", N_("Guangdong"), N_("GD"), "粤", 5, 6),
        ("450000", N_("Guangxi"), N_("GX"), "桂", 3, 6),
        ("460000", N_("Hainan"), N_("HI"), "琼", 4, 7),
        ("500000", N_("Chongqing"), N_("CQ"), "渝", 3, 4),
        ("510000", N_("Sichuan"), N_("SC"), "川", 2, 4),
        ("520000", N_("Guizhou"), N_("GZ"), "贵", 3, 5),
        ("530000", N_("Yunnan"), N_("YN"), "云", 2, 5),
        ("540000", N_("Tibet"), N_("XZ"), "藏", 1, 4),
        ("610000", N_("Shaanxi"), N_("SN"), "陕", 3, 3),
        ("620000", N_("Gansu"), N_("GS"), "甘", 2, 2),
        ("630000", N_("Qinghai"), N_("QH"), "青", 2, 3),
        ("640000", N_("Ningxia"), N_("NX"), "宁", 3, 2),
        ("650000", N_("Xinjiang"), N_("XJ"), "新", 0, 2),
        ("710000", N_("Taiwan, China"), N_("TW"), "", 7, 6),
        ("810000", N_("Hong Kong, China"), N_("HK"), "", 6, 7),
        ("820000", N_("Macao, China"), N_("MO"), "", 5, 7),
    )
}

SIGNS: dict[str, str] = {each.sign: each.code for each in PROVINCES.values() if each.sign}
"""First character of a licence plate → code of the province."""
