"""Units that can be compared: the base each counts in, and how much of it. By UCUM; nothing but arithmetic."""

from typing import Final

_FACTORS: Final[dict[str, dict[str, float]]] = {
    "m": {
        "mm": 1e-3, "cm": 1e-2, "m": 1.0, "km": 1e3, "[in_i]": 0.0254, "[ft_i]": 0.3048, "[yd_i]": 0.9144,
        "[mi_us]": 1609.344, "[nmi_i]": 1852.0,
    },
    "m2": {
        "m2": 1.0, "km2": 1e6, "har": 1e4, "[sft_i]": 0.09290304, "[smi_us]": 2589988.11, "[acr_us]": 4046.8564,
    },
    "L": {"L": 1.0, "hL": 100.0, "m3": 1000.0, "[gal_us]": 3.785411784, "[bbl_us]": 158.987294928},
    "kg": {
        "mg": 1e-6, "g": 1e-3, "kg": 1.0, "t": 1e3, "[oz_av]": 0.028349523125, "[lb_av]": 0.45359237,
        "[stone_av]": 6.35029318,
    },
    "m/s": {"m/s": 1.0, "km/h": 1 / 3.6, "[mi_i]/h": 0.44704, "[kn_i]": 1852 / 3600},
    "W": {"kW": 1e3, "MW": 1e6, "GW": 1e9},
    "W.h": {"kW.h": 1e3, "MW.h": 1e6, "GW.h": 1e9, "TW.h": 1e12},
    "By": {"GBy": 1e9, "TBy": 1e12},
    "1": {"1": 1.0, "%": 0.01},
}  # fmt: skip
"""Base → code → how many of the base it is."""

_OF: Final = {code: (base, factor) for base, codes in _FACTORS.items() for code, factor in codes.items()}


def in_base(unit: str) -> tuple[str, float]:
    """What a unit is counted in, and how much of that it is; what compares with nothing else is its own base."""
    return _OF.get(unit, (unit, 1.0))
