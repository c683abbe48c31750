"""Hours as a line that a person can check: `MO-FR 09:00-17:00; SA by appointment (call first)`."""

from importers.opening_text import OpeningText, read_opening_text

WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PLACE = "America/Chicago"


def told(text: str, timezone: str | None = PLACE) -> str:
    """What is read from a text; "unclear" when nothing is certain."""
    return told_hours(read_opening_text(text, timezone))


def told_hours(found: OpeningText) -> str:
    if found.schedules is None:
        return "unclear"
    parts = []
    for each in found.schedules:
        days = told_days((each.byday or "").split(","))
        if each.opens_at and each.closes_at:
            parts.append(f"{days} {each.opens_at:%H:%M}-{each.closes_at:%H:%M}")
        else:
            parts.append(f"{days} {each.description}")
    return "; ".join(parts) + (f" ({found.remark})" if found.remark else "")


def told_days(days: list[str]) -> str:
    """`MO-FR,SU`; days of a month as they are."""
    runs: list[list[str]] = []
    for day in days:
        follows = bool(runs) and day in WEEK[1:] and runs[-1][-1] == WEEK[WEEK.index(day) - 1]
        if follows:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(run) for run in runs)
