"""Time arithmetic that knows no language: partial dates, shifts by units, and the values TIMEX3 writes them as.

All of it is the standard library's calendar and dateutil's months and years; nothing here counts days itself.
"""

import datetime as dt
import re
from typing import Literal, NamedTuple

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

Unit = Literal["TS", "TM", "TH", "D", "WE", "W", "M", "Q", "H", "SE", "Y", "DE", "CE"]
"""Seconds, minutes, hours; day, week-end, week, month, quarter, half-year, season, year, decade, century."""

FINEST_FIRST: tuple[Unit, ...] = ("TS", "TM", "TH", "D", "WE", "W", "M", "SE", "Q", "H", "Y", "DE", "CE")
SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
"""Each season and the month that it begins in."""
_UNKNOWN: dict[Unit, str] = {
    "WE": "XXXX-WXX-WE", "W": "XXXX-WXX", "M": "XXXX-XX", "SE": "XXXX-XX", "Q": "XXXX-QX", "H": "XXXX-HX",
    "Y": "XXXX", "DE": "XXX", "CE": "XX",
}  # fmt: skip
_PUBLISHED = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?![\d-])")


class Point(NamedTuple):
    """A stretch of the calendar: the unit that `day` lies in, and what is finer than a day ("TMO", "T18:00")."""

    day: dt.date
    unit: Unit
    within: str = ""

    @property
    def value(self) -> str:
        day, year = self.day, f"{self.day.year:04}"
        match self.unit:
            case "WE" | "W":
                iso = day.isocalendar()
                return f"{iso.year:04}-W{iso.week:02}" + ("-WE" if self.unit == "WE" else "")
            case "M":
                return f"{year}-{day.month:02}"
            case "SE":
                return f"{_season_year(day):04}-{season_of(day)}"
            case "Q":
                return f"{year}-Q{(day.month + 2) // 3}"
            case "H":
                return f"{year}-H{(day.month + 5) // 6}"
            case "Y":
                return year
            case "DE":
                return year[:3]
            case "CE":
                return year[:2]
        return f"{day.isoformat()}{self.within}"

    def fits(self, unit: Unit) -> bool:
        """Whether this is known finely enough to count in `unit`s from it."""
        mine = "D" if self.unit in ("TS", "TM", "TH") else self.unit
        wanted = "D" if unit in ("TS", "TM", "TH", "WE") else unit
        return FINEST_FIRST.index(mine) <= FINEST_FIRST.index(wanted)


def unknown(unit: Unit, within: str = "") -> str:
    """The value of a time of which nothing but the unit is known."""
    return _UNKNOWN.get(unit, "XXXX-XX-XX") + within


def published_points(value: str | None) -> tuple[Point | None, ...]:
    """The day, month or year that a publication date names, None where it names none.

    For an interval of days, the month or year that both lie in, if any, then its first and its last day.
    """
    found = _PUBLISHED.match(value) if value else None
    if not found or not value:
        return (None,)
    day = date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    point = Point(day, "D" if found[3] else "M" if found[2] else "Y") if day else None
    if point is None or value[found.end() : found.end() + 1] != "/":
        return (point,)
    last = published_points(value[found.end() + 1 :])[0]
    if last is None or last.unit != "D" or point.unit != "D" or last.day < point.day:
        return (None,)
    both = point.day.replace(day=1), last.day.replace(day=1)
    shared = Point(both[0], "M") if both[0] == both[1] else None
    if shared is None and both[0].year == both[1].year:
        shared = Point(both[0].replace(month=1), "Y")
    return shared, point, last


def date(year: int, month: int = 1, day: int = 1) -> dt.date | None:
    """That day, if the calendar has it."""
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return None


def shift(point: Point, count: int, unit: Unit) -> Point | None:
    """The `unit` that lies `count` units after the one `point` is in; None past the calendar's ends.

    The day of the month or year is kept where it can be, so that a shift may be read more finely than its unit.
    """
    try:
        match unit:
            case "TS" | "TM" | "TH" | "D":
                return Point(point.day + dt.timedelta(days=count), "D")
            case "W" | "WE":
                return Point(point.day + dt.timedelta(weeks=count), unit)
            case "M":
                return Point(point.day + relativedelta(months=count), unit)
            case "SE" | "Q":
                return Point(point.day + relativedelta(months=3 * count), unit)
            case "H":
                return Point(point.day + relativedelta(months=6 * count), unit)
            case "Y":
                return Point(point.day + relativedelta(years=count), unit)
            case "DE":
                return Point(point.day + relativedelta(years=10 * count), unit)
            case "CE":
                return Point(point.day + relativedelta(years=100 * count), unit)
    except (ValueError, OverflowError):
        return None


def moment(point: Point, count: int, unit: Unit) -> Point | None:
    """The clock time `count` seconds, minutes or hours after a clock time."""
    found = re.fullmatch(r"T(\d\d):(\d\d)", point.within)
    if not found or int(found[1]) > 23:
        return None
    seconds = {"TS": 1, "TM": 60, "TH": 3600}[unit] * count
    try:
        then = dt.datetime.combine(point.day, dt.time(int(found[1]), int(found[2]))) + dt.timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return None
    return Point(then.date(), "D", f"T{then:%H:%M}")


def nearest_weekday(day: dt.date, weekday: int, ahead: bool) -> dt.date | None:
    """The day itself, or the closest before or after it, that is this ISO weekday."""
    apart = (weekday - day.isoweekday()) % 7
    return plus(day, apart if ahead or not apart else apart - 7)


def plus(day: dt.date, days: int) -> dt.date | None:
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        return None


def feast(year: int, month: int, day: int, from_easter: int | None) -> dt.date | None:
    """A feast's day in that year: fixed, or so many days from Easter Sunday."""
    if from_easter is None:
        return date(year, month, day)
    return plus(easter(year), from_easter) if 1583 <= year <= 4099 else None


def season_of(day: dt.date) -> str:
    return next((name for name, month in SEASONS.items() if month <= day.month < month + 3), "WI")


def _season_year(day: dt.date) -> int:
    """A winter belongs to the year that it begins in."""
    return day.year - 1 if day.month < 3 and day.year > 1 else day.year


def season(year: int, name: str) -> Point | None:
    day = date(year, SEASONS[name])
    return Point(day, "SE") if day else None


def period(count: float | None, unit: Unit) -> str:
    """ "P3Y", "PT2H", "PXD" where the number is vague, "P18M" for a year and a half."""
    if unit in ("DE", "CE"):
        return period(None if count is None else count * (10 if unit == "DE" else 100), "Y")
    if count is None:
        return f"PTX{unit[1]}" if unit[0] == "T" else f"PX{unit}"
    number = f"{count:.3f}".rstrip("0").rstrip(".")
    if unit[0] == "T":
        whole, rest = divmod(round(count * 60), 60)
        if not whole and rest and unit != "TS":
            return f"PT{rest}{'M' if unit == 'TH' else 'S'}"
        return f"PT{whole}{unit[1]}" + (f"{rest}{'M' if unit == 'TH' else 'S'}" if rest and unit != "TS" else "")
    if unit == "Y" and not float(count).is_integer() and float(count * 12).is_integer():
        return f"P{int(count * 12)}M"
    return f"P{number}{unit}"
