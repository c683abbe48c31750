"""The words in which people write opening hours, English and Spanish: rows, no rules.

Every phrase is written as it reads once folded (lower case, no accents, no apostrophes). What is in none of
these tables is not understood, and then nothing of the text counts as certain.
"""

WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""RFC 5545 days in the order in which hours are written; a range runs along it and round its end."""

DAYS = {
    "MO": "monday mondays mon mons mo lunes lun",
    "TU": "tuesday tuesdays tues tue tu martes mar",
    "WE": "wednesday wednesdays wed weds we miercoles mie mierc",
    "TH": "thursday thursdays thurs thur thu th jueves jue juev",
    "FR": "friday fridays fri fris fr viernes vie viern",
    "SA": "saturday saturdays sat sats sa sabado sabados sab",
    "SU": "sunday sundays sun suns su domingo domingos dom",
}
DAY_WORDS = {word: day for day, words in DAYS.items() for word in words.split()}
LONGEST_SHORT_DAY = 5
"""A dot after a day no longer than this ("Thurs.") is part of it; after "Monday." a sentence ends."""
_SPANISH = (
    "lunes lun miercoles mie mierc jueves jue juev viernes vie viern sabado sabados sab domingo domingos"
)
SPANISH_DAYS = frozenset(_SPANISH.split())
"""`mar` is Tuesday beside one of these, and March otherwise."""

LETTERS = {"m": "MO", "t": "TU", "w": "WE", "f": "FR", "l": "MO", "v": "FR"}
"""Single letters; `t` (Tuesday or Thursday) needs its neighbours, `l` and `v` mean a day only as `L-V`."""
LETTER_ROWS = {
    "mwf": "MO WE FR",
    "mtw": "MO TU WE",
    "mtwth": "MO TU WE TH",
    "mtwr": "MO TU WE TH",
    "mtwthf": "MO TU WE TH FR",
    "mtwrf": "MO TU WE TH FR",
    "mtwtf": "MO TU WE TH FR",
    "mtuwthf": "MO TU WE TH FR",
    "mtth": "MO TU TH",
    "mtthf": "MO TU TH FR",
    "mwth": "MO WE TH",
    "mwthf": "MO WE TH FR",
    "mw": "MO WE",
    "wf": "WE FR",
    "tth": "TU TH",
    "tuth": "TU TH",
    "twth": "TU WE TH",
    "twthf": "TU WE TH FR",
    "tthf": "TU TH FR",
    "wthf": "WE TH FR",
}
"""Letters written together. Not here, because they can mean two things: MF, MT, TF, SS."""

ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "last": -1,
    "primer": 1,
    "primero": 1,
    "segundo": 2,
    "tercer": 3,
    "tercero": 3,
    "cuarto": 4,
    "ultimo": -1,
}


def _rows(text: str) -> tuple[str, ...]:
    """The phrases of a text, one between two bars or on a line."""
    return tuple(each.strip() for line in text.splitlines() for each in line.split("|") if each.strip())


_HOLIDAYS = _rows(
    """
    holidays | a holiday | legal holidays | public holidays | bank holidays | national holidays
    federal holidays | state holidays | county holidays | city holidays | major holidays
    observed holidays | federal and state holidays | state and federal holidays | major federal holidays
    dias festivos | dias feriados | feriados | festivos | ph
    """
)
_NAMED_HOLIDAYS = _rows(
    """
    new years day | new years eve | new years | martin luther king jr day | martin luther king day
    mlk day | presidents day | easter | easter sunday | good friday | memorial day | juneteenth
    independence day | july 4 | july 4th | 4th of july | fourth of july | labor day | columbus day
    indigenous peoples day | veterans day | thanksgiving | thanksgiving day | day after thanksgiving
    the day after thanksgiving | christmas | christmas eve | christmas day
    """
)
_ALL_HOLIDAYS = (*(f"{some}{each}" for some in ("", "all ", "most ") for each in _HOLIDAYS), *_NAMED_HOLIDAYS)

_REMARKS = _rows(
    """
    call first | please call first | call ahead | please call ahead | call before coming
    call before visiting | please call before coming | please call before visiting | call before you come
    call in advance | call for appointment | call for an appointment | call for appointments
    please call for an appointment | please call for appointment | call to schedule
    call to schedule an appointment | call to make an appointment | please call to schedule an appointment
    call for information | call for more information | call for details | call for more info
    call for info | please call for more information | call to confirm | please call to confirm
    call for intake | call for eligibility | call or visit website | llame primero | llamar primero
    llame antes | llame para cita | llame para una cita | llame para hacer una cita
    appointment preferred | appointments preferred | appointment recommended | appointments recommended
    appointments are recommended | appointments available | appointment not required
    appointments not required | no appointment necessary | no appointment needed | no appointment required
    no appointments necessary | walk-ins welcome | walk ins welcome | walk-ins accepted
    walk-ins are welcome | walkins welcome | drop-ins welcome | no se necesita cita | sin cita
    or by appointment | or by appt | and by appointment | and by appt | also by appointment | o con cita
    or by appointment only | other times by appointment | other hours by appointment
    after hours by appointment | evenings by appointment | evening by appointment
    evening appointments available | o por cita | evening appointments by request | local time
    in person and virtual | in-person and virtual | by phone or in person | call # | please call #
    call us at # | call # first | please call # first | call # for appointment | call # for an appointment
    call # for information | call # for more information | call # to schedule
    call # to schedule an appointment | call # to make an appointment
    """
)
"""What leaves the hours as they are. `#` is a phone number."""
_EXCEPT = ("except", "except for", "excluding", "except on", "excepto", "excluyendo", "menos", "but not")

_ZONES = {
    "America/New_York": "et est edt eastern",
    "America/Chicago": "ct cst cdt central",
    "America/Denver": "mt mst mdt mountain",
    "America/Los_Angeles": "pt pst pdt pacific",
    "America/Anchorage": "akst akdt alaska",
    "Pacific/Honolulu": "hst hawaii",
}
_TIME_NAMES = ("time", "standard time", "daylight time")
ZONES = {
    phrase: zone
    for zone, words in _ZONES.items()
    for word in words.split()
    for phrase in ([word] if len(word) < 5 else [f"{word} {name}" for name in _TIME_NAMES])
}
"""Zones as people write them; "EST" is written in summer too, so it is the place that counts."""
STATE_LIKE = frozenset({"ct", "mt"})
"""Zones that are also the names of states."""

PHRASES: dict[str, tuple[str, ...]] = {
    "zone": tuple(ZONES),
    "to": _rows("to | thru | through | until | till | til | a | al | hasta"),
    "and": _rows("and | y | plus"),
    "every": _rows("every | each | cada | todos los"),
    "glue": _rows("on | the | at | from | of | are | is | de | los | las | el | la | desde | only"),
    "between": _rows("between | between the hours of | entre"),
    "noon": _rows("noon | 12 noon | 12:00 noon | noontime | mediodia | 12 mediodia"),
    "midnight": _rows("midnight | 12 midnight | 12:00 midnight | medianoche"),
    "always": _rows(
        """
        24/7 | 24/7/365 | 24-7 | 24x7 | 24 x 7 | twenty-four seven | 24 horas los 7 dias
        24 horas al dia los 7 dias de la semana | las 24 horas los 7 dias de la semana
        """
    ),
    "all day": _rows(
        """
        24 hours | 24 hrs | 24 hr | 24hours | 24-hours | 24 hours a day | 24 hrs a day | 24 hours/day
        24 hours per day | 24 hrs/day | 24 hours each day | 24 hours every day | 24 hour | 24-hour
        24 hrs per day | 24 horas | 24 horas al dia | las 24 horas | las 24 horas del dia
        around the clock | all day and night
        """
    ),
    "daily": _rows(
        """
        daily | every day | everyday | each day | all days | 7 days | 7 days a week | 7 days per week
        7 days/week | 7 days of the week | seven days a week | seven days per week | seven days
        every day of the week | 365 days a year | 365 days per year | diario | diariamente
        todos los dias | cada dia | los 7 dias de la semana | los siete dias de la semana
        """
    ),
    "weekdays": _rows(
        "weekdays | weekday | every weekday | business days | entre semana | dias de semana | dias laborables"
    ),
    "weekends": _rows("weekends | weekend | every weekend | the weekend | fines de semana | fin de semana"),
    "monthly": _rows(
        """
        of the month | of each month | of every month | of a month | each month | every month | of month
        per month | monthly | in the month | del mes | de cada mes | de mes
        """
    ),
    "closed": _rows(
        "closed | close | is closed | are closed | we are closed | off | not open | cerrado | cerrada"
    ),
    "appointment": _rows(
        """
        by appointment | by appointment only | by appointments only | by appt | by appt only | by apt
        by apt only | appointment only | appointments only | appt only | by arrangement | by request
        con cita | con cita previa | por cita | solo con cita | call | call for hours | call for times
        please call for hours | call for availability | hours vary | varies | vary | llame | llamar
        """
    ),
    "except": _EXCEPT,
    "holidays": _ALL_HOLIDAYS,
    "lunch": _rows("for lunch | during lunch | for lunch break | lunch break | lunch hour | para almorzar"),
    "label": _rows(
        """
        hours | hour | hrs | open | opens | abierto | abierta | office hours | business hours
        hours of operation | operating hours | hours of service | service hours | opening hours
        open hours | regular hours | regular business hours | normal business hours | normal hours
        office hours are | hours are | our hours are | hours open | days and hours | days/hours
        days & hours | hours/days | office open | office is open | is open | are open | we are open
        were open | our office is open | the office is open | open to the public | open to public
        open from | office | schedule | time | times | horario | horario de atencion | horario de oficina
        horas | horas de oficina | abierto de | horarios | hrs of operation | hours of operations
        """
    ),
    "remark": _REMARKS,
    "holiday remark": tuple(
        f"{word} {each}" for word in (*_EXCEPT, "including", "open", "open on") for each in _ALL_HOLIDAYS
    ),
}
"""What a run of words means. The longest phrase wins; a phrase of one kind is never part of another."""
