"""Dates and times as a client reads them: 11月27日（金）午前10時, always in Japan's time."""

from datetime import date, datetime

_WEEKDAYS = "月火水木金土日"


def day_words(day: date) -> str:
    """11月27日（金）"""
    return f"{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"


def time_words(moment: datetime) -> str:
    """午前10時, 午後1時30分; noon is 正午. The moment is in local time already."""
    if (moment.hour, moment.minute) == (12, 0):
        return "正午"
    half, hour = ("午前", moment.hour) if moment.hour < 12 else ("午後", moment.hour - 12)
    return f"{half}{hour}時" + (f"{moment.minute}分" if moment.minute else "")


def moment_words(local_iso: str) -> str:
    """11月27日（金）午前10時, from a local time in ISO form as facts carry it."""
    moment = datetime.fromisoformat(local_iso)
    return f"{day_words(moment.date())}{time_words(moment)}"


def reading_words(local_iso: str) -> str:
    """17日（火）午前10時: when staff read next, near enough to leave the month out."""
    moment = datetime.fromisoformat(local_iso)
    return f"{moment.day}日（{_WEEKDAYS[moment.weekday()]}）{time_words(moment)}"
