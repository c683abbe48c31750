"""Free text about hours, line by line: what is certain, and what must stay unknown."""

import pytest

from tests.importers.opening_told import told

CERTAIN = """
# Days before times
Monday - Friday, 8:00am - 4:30pm => MO-FR 08:00-16:30
Monday-Friday 8:30 AM to 5:00 PM => MO-FR 08:30-17:00
Monday through Friday from 9 to 5 => MO-FR 09:00-17:00
Monday thru Saturday, 10:00 a.m. – 6:00 p.m. => MO-SA 10:00-18:00
Mon.-Fri. 8:15a.m.-4:45p.m. => MO-FR 08:15-16:45
Mon–Fri: 8AM—8PM => MO-FR 08:00-20:00
Mon to Thurs: 7:30am until 6pm => MO-TH 07:30-18:00
M-F 9AM to noon => MO-FR 09:00-12:00
M-F: 9-5 => MO-FR 09:00-17:00
M - Sat 8 - 4 => MO-SA 08:00-16:00
Mo-Fr 08:00-17:00 => MO-FR 08:00-17:00
Tues 6pm-8pm => TU 18:00-20:00
Sun - 10:15am - 1:45pm => SU 10:15-13:45
Fridays from 4:00 - 6:45pm => FR 16:00-18:45
Every Monday from 7am - 3pm => MO 07:00-15:00
on Wednesdays, 12-4 => WE 12:00-16:00
Hours of operation are Tuesday through Friday, 6:30 a.m. to 5:00 p.m. => TU-FR 06:30-17:00
Office Hours: Mon-Fri 8:00 am-5:00 pm => MO-FR 08:00-17:00
We are open Tuesday to Saturday from 10am to 6pm. => TU-SA 10:00-18:00
Monday through Thursday between 8:00 a.m. and 2:00 p.m. => MO-TH 08:00-14:00
Mon-Fri between the hours of 10 and 3 => MO-FR 10:00-15:00
Days/Hours: M-Th 10am-2pm => MO-TH 10:00-14:00
# Times before days
9-5 M-F => MO-FR 09:00-17:00
7:45a.m.-4p.m. Mon.-Fri. => MO-FR 07:45-16:00
9am-4pm (Tuesday-Thursday) => TU-TH 09:00-16:00
10a-6p Mon-Thu, 10a-2p Sat => MO-TH 10:00-18:00; SA 10:00-14:00
8a.m.-6:00p.m. Mon.-Wed. 8a.m.-2p.m. Thu. => MO-WE 08:00-18:00; TH 08:00-14:00
noon-3p.m. Wednesday only => WE 12:00-15:00
9am-6pm daily => MO-SU 09:00-18:00
0830-1600 M-F => MO-FR 08:30-16:00
9-4 M-F; Sat 10-1 => MO-FR 09:00-16:00; SA 10:00-13:00
# Lists and sets of days
Mon, Wed, Fri 9 AM to noon => MO,WE,FR 09:00-12:00
Tuesdays & Thursdays, 1pm-4pm => TU,TH 13:00-16:00
Mon. and Wed. 10:30am-2:30pm => MO,WE 10:30-14:30
Tue/Thu 5:30-7:30pm => TU,TH 17:30-19:30
M/W/F 10-2 => MO,WE,FR 10:00-14:00
MWF 10-2 => MO,WE,FR 10:00-14:00
TTh 1-4 => TU,TH 13:00-16:00
MTWThF 8-4 => MO-FR 08:00-16:00
M-W-F 8:30-11:45am => MO,WE,FR 08:30-11:45
M,T,W,Th 7:30am-5:30pm, F 7:30am-11:30am => MO-TH 07:30-17:30; FR 07:30-11:30
T,Th 11am-2pm => TU,TH 11:00-14:00
T-F 10-4 => TU-FR 10:00-16:00
M T W Th F 9-5 => MO-FR 09:00-17:00
Mon Wed Fri 9am-1pm => MO,WE,FR 09:00-13:00
M,W-F 8:00am-5:00pm; Tues 11:00am-8:00pm => MO,WE-FR 08:00-17:00; TU 11:00-20:00
Weekdays 9-5, weekends 10-2 => MO-FR 09:00-17:00; SA,SU 10:00-14:00
Open daily 6am-10pm => MO-SU 06:00-22:00
Everyday 7 AM-11PM => MO-SU 07:00-23:00
7 days a week, 8am-6pm => MO-SU 08:00-18:00
Monday - Sunday 9am-9pm => MO-SU 09:00-21:00
Daily except Sunday 9am-5pm => MO-SA 09:00-17:00
Sat-Tue 11am-3pm => MO,TU,SA,SU 11:00-15:00
Fri-Mon 4pm-9pm => MO,FR-SU 16:00-21:00
Mon-Thu and Sat 9am-1pm => MO-TH,SA 09:00-13:00
M-F 9-5, Sat Sun 11-3 => MO-FR 09:00-17:00; SA,SU 11:00-15:00
# Several statements
M-Th 8a-5p; F 8-12 => MO-TH 08:00-17:00; FR 08:00-12:00
M-F 8am-7pm; Sat. 8am-3:30pm => MO-FR 08:00-19:00; SA 08:00-15:30
M-Th 8am-8pm, F 8am-6pm, Su 2-5pm => MO-TH 08:00-20:00; FR 08:00-18:00; SU 14:00-17:00
M 12-7pm, Tu-W 9-4, Th 12-7, F-Sa 10-5, Su Closed => MO,TH 12:00-19:00; TU,WE 09:00-16:00; FR,SA 10:00-17:00
Mon 9-5 Tue 9-5 Wed closed Thu 9-5 Fri 9-3 => MO,TU,TH 09:00-17:00; FR 09:00-15:00
Monday: 9:00 AM - 5:00 PM | Tuesday: 9:00 AM - 7:00 PM => MO 09:00-17:00; TU 09:00-19:00
Monday\\n9am-5pm\\nTuesday\\n10am-6pm => MO 09:00-17:00; TU 10:00-18:00
<p>Mon-Thu: 9am-5pm<br>Fri: 9am-1pm</p> => MO-TH 09:00-17:00; FR 09:00-13:00
Mon&nbsp;&amp;&nbsp;Tue 9am&ndash;5pm => MO,TU 09:00-17:00
- Mon: 8am-noon\\n- Wed: 1pm-5pm => MO 08:00-12:00; WE 13:00-17:00
• Sun 9am-11am • Wed 6pm-8pm => WE 18:00-20:00; SU 09:00-11:00
Mondays, 5-7 PM and Saturdays, 1:30-3:15 PM => MO 17:00-19:00; SA 13:30-15:15
# Several intervals of a day
Monday-Friday 8:00 a.m.-12:00 p.m. and 1:00 p.m.-5:00 p.m. => MO-FR 08:00-12:00; MO-FR 13:00-17:00
M-F 8-12 & 1-5 => MO-FR 08:00-12:00; MO-FR 13:00-17:00
Mon-Tues: 8:30am - 9am; 6pm - 6:45pm. Wed: noon - 1pm => MO,TU 08:30-09:00; MO,TU 18:00-18:45; WE 12:00-13:00
M - Sat 7:30 - 9am & M-Sat 12:30 - 2pm => MO-SA 07:30-09:00; MO-SA 12:30-14:00
Mon-Fri: 10am - 1pm; Thu: 4pm -6pm => MO-FR 10:00-13:00; TH 16:00-18:00
Tue 9am-11am / 3pm-6pm => TU 09:00-11:00; TU 15:00-18:00
M-F 8-4:30, closed noon-1 => MO-FR 08:00-12:00; MO-FR 13:00-16:30
Mon-Fri 8:30-4:30 (closed for lunch 12-1) => MO-FR 08:30-12:00; MO-FR 13:00-16:30
Mon.-Fri. 8:30a.m.-4:30p.m. closed 11:45a.m.-1p.m. => MO-FR 08:30-11:45; MO-FR 13:00-16:30
Mon-Thu: 9 am – 4 pm\\nFri: 9 am – Noon\\nClosed: Noon – 1 pm => MO-FR 09:00-12:00; MO-TH 13:00-16:00
# Morning or afternoon
Mon 7-3 => MO 07:00-15:00
Mon 1-5 => MO 13:00-17:00
Mon 10-12 => MO 10:00-12:00
Mon 11:30-1 => MO 11:30-13:00
Mon 9-5pm => MO 09:00-17:00
Mon 9-1pm => MO 09:00-13:00
Mon 10-12pm => MO 10:00-12:00
Mon 1-4pm => MO 13:00-16:00
Mon 8-11am => MO 08:00-11:00
Mon 8-8pm => MO 08:00-20:00
Mon 7-9pm => MO 19:00-21:00
M-F 9-5, Tue 6-8pm => MO-FR 09:00-17:00; TU 18:00-20:00
Mon 9am-5 => MO 09:00-17:00
Mon 8am-12 => MO 08:00-12:00
Mon 1pm-4 => MO 13:00-16:00
Mon noon-5 => MO 12:00-17:00
Mon 12 noon - 3pm => MO 12:00-15:00
Mon 830am-430pm => MO 08:30-16:30
Mon 8.30am - 4.30pm => MO 08:30-16:30
Mon 9:00:00 AM - 5:00:00 PM => MO 09:00-17:00
Mon 9:00-17:00 => MO 09:00-17:00
Mon 09:00-11:30 => MO 09:00-11:30
Mon 4pm-midnight => MO 16:00-00:00
Mon 4pm-12am => MO 16:00-00:00
Mon 10am-11:59pm => MO 10:00-23:59
# Through the night, and around the clock
8pm-2am daily => MO-SU 20:00-02:00
7pm-7am, 7 days a week => MO-SU 19:00-07:00
Fri-Sat 9 p.m. to 6:30 a.m. => FR,SA 21:00-06:30
Mo-Fr 22:00-06:00 => MO-FR 22:00-06:00
Fri midnight-6am => FR 00:00-06:00
24/7 => MO-SU 00:00-23:59
24/7/365 => MO-SU 00:00-23:59
24 hours => MO-SU 00:00-23:59
Open 24 hours => MO-SU 00:00-23:59
24 hours a day, 7 days a week => MO-SU 00:00-23:59
24 hrs/day, seven days a week => MO-SU 00:00-23:59
24 Hours Daily => MO-SU 00:00-23:59
Open around the clock => MO-SU 00:00-23:59
Mon-Sun 12:00 AM - 11:59 PM => MO-SU 00:00-23:59
00:00-24:00 daily => MO-SU 00:00-23:59
M-F 24 hours; Sat-Sun 9am-5pm => MO-FR 00:00-23:59; SA,SU 09:00-17:00
# Days of a month
1st and 3rd Tuesday 6-8 pm => 1TU,3TU 18:00-20:00
2nd & 4th Sun. of the month, 1pm-3pm => 2SU,4SU 13:00-15:00
the 1st Thursday of each month from 9:30 AM - 1:00 PM => 1TH 09:30-13:00
Last Friday 10am-2pm => -1FR 10:00-14:00
second and fourth Wednesday of every month 12-3pm => 2WE,4WE 12:00-15:00
every third Friday of the month from 11:00AM to 1:00PM => 3FR 11:00-13:00
every first Monday 6-7pm => 1MO 18:00-19:00
1st Monday and 3rd Thursday 10am-noon => 1MO,3TH 10:00-12:00
10am-1pm 4th Saturday only => 4SA 10:00-13:00
M-F 9-5; 2nd Sat 9-12 => MO-FR 09:00-17:00; 2SA 09:00-12:00
# Closed days
Sunday: Closed Monday: Closed Tuesday: 10:00-16:00  Wednesday: Closed => TU 10:00-16:00
Mon-Fri 7am-5pm, Sat 8am-noon, Closed Sunday => MO-FR 07:00-17:00; SA 08:00-12:00
M-F 10am-6:30pm; Closed Saturday & Sunday => MO-FR 10:00-18:30
Wed - Sun 11a-7p; closed Mon/Tues => WE-SU 11:00-19:00
Closed Sunday. Monday-Saturday 10am-4pm => MO-SA 10:00-16:00
Mo-Fr 08:00-17:00; Sa,Su off => MO-FR 08:00-17:00
# Remarks that leave the hours as they are
9-5 M-F, call first => MO-FR 09:00-17:00 (call first)
Mon-Fri 8-4 (please call first) => MO-FR 08:00-16:00 (please call first)
Tue, Thu 1-5 (Walk-ins welcome) => TU,TH 13:00-17:00 (Walk-ins welcome)
Mon-Fri 9-5 or by appointment => MO-FR 09:00-17:00 (or by appointment)
M-F 9-5. Evenings by appointment. => MO-FR 09:00-17:00 (Evenings by appointment)
M-Th 9-4, call 555-010-1234 for an appointment => MO-TH 09:00-16:00 (call 555-010-1234 for an appointment)
Mon-Fri 9-5 except holidays => MO-FR 09:00-17:00 (except holidays)
Monday through Friday, except federal holidays, 8am to 5pm => MO-FR 08:00-17:00 (except federal holidays)
M-F 8-5, closed on all major holidays => MO-FR 08:00-17:00 (closed on all major holidays)
Closed weekends and holidays. M-F 9-5 => MO-FR 09:00-17:00 (Closed weekends and holidays)
Mo-Fr 08:00-17:00; PH off => MO-FR 08:00-17:00 (PH off)
M-F 9-5, closed New Year's Day & Christmas => MO-FR 09:00-17:00 (closed New Year's Day & Christmas)
24/7, call first => MO-SU 00:00-23:59 (call first)
# Days without hours of their own
M-F 10am-6pm, Sat by appt. => MO-FR 10:00-18:00; SA by appt
Mon & Wed 4-6pm; Sat by appointment only; closed Sunday => MO,WE 16:00-18:00; SA by appointment only
Mon-Fri 9-5, Sat call for hours => MO-FR 09:00-17:00; SA call for hours
# Spanish
Lun-Vie 9am-5pm => MO-FR 09:00-17:00
Lunes a viernes de 9 a 5 => MO-FR 09:00-17:00
De lunes a viernes de 8am a mediodía => MO-FR 08:00-12:00
L-V 9:00-17:00 => MO-FR 09:00-17:00
Lunes a viernes: 8:00 a.m. a 5:00 p.m.; sábados de 9 a 12 => MO-FR 08:00-17:00; SA 09:00-12:00
martes y jueves 10am a 2pm, llame primero => TU,TH 10:00-14:00 (llame primero)
lun, mar, mié 9-17 => MO-WE 09:00-17:00
Horario: todos los días 7am-9pm => MO-SU 07:00-21:00
Abierto las 24 horas => MO-SU 00:00-23:59
Lunes 9am-1pm, domingo cerrado => MO 09:00-13:00
"""


def rows(table: str) -> list[tuple[str, str]]:
    lines = [line.split(" => ") for line in table.strip().splitlines() if not line.startswith("#")]
    return [(text.replace("\\n", "\n"), expected) for text, expected in lines]


@pytest.mark.parametrize(("text", "expected"), rows(CERTAIN))
def test_hours_are_read_where_their_meaning_is_certain(text: str, expected: str) -> None:
    assert told(text) == expected


UNCLEAR = """
# nothing said
N/A | TBD | - - - | Hours | Library hours | Varies | see website
# no hours
By appointment | By appointment only | Call for hours | Closed | Closed weekends
# no days
9-5 | 9:00am - 5:00pm | bed sign-up 4:15-5:30p.m. | 9-12, 1-5
# no end
Every Wednesday at noon | Sun 1pm | Mon-Fri after 5pm | daily until 8pm | Opens Mon 9am
# no times
Mon-Fri | Tuesday and Thursday | Weekday evenings | 1st Sunday
# morning or afternoon
8-8 daily | Mon 6-8 | Mon 9-11 | Mon 7-8 | Mon 7-8:30 | Mon 12-12
# a long day or an evening
M-F 8-10pm | Daily 6am-10 | Mon-Sun 7-9 pm
Mon 8-9pm, Tue 8-5, Wed 8-5 | M-Th 8-9pm, F 8-6pm | Mon 7:30-9pm; Tue 8am-5pm | Tue-Thu 7-9pm
# noon or midnight
Sat 9am-12am | Mon 12am-5pm | Mon 8pm-12pm | daily 7 am-12 am | Mon 9-12am
# a slip
Mon 8am-5am | Mon 5pm-5pm | Mon 9:00-9:05am | Mon 8:75-5 | Mon 13pm-5pm | Mon 25-26
# lost halves
Mon-Fri 09:00-05:00 | Mon 01:00-05:00 | Mon 06:00-08:00 | Mon 8:00-16:00, Sat 1:00-5:00
# one day or another
T 9-5 | M-T 9-5 | S 9-5 | S-S 10-4 | M-S 9am-6pm | T-Th 9-5 | MF 9-5
# a dash lost
Mon Fri 9 - 3:30pm | M-F 830-430
# the same day twice
Sat-Sat: 10am - noon | Mon, Mon 9-5 | M T W T F 9-5
# one week or one month
every 2nd Saturday 9am-12pm | every other Monday 9-12 | alternate Mondays 1-3pm
# which of them
1st & 3rd Mon and Wed 9-12 | 6th Monday 6-7pm | 15th of the month 9-12 | 1st-3rd Tue 9-12
# something left over
M-F 9-5, Sat | Mon: 9-5 Tue: Wed: 9-5 | 9-5 M-F 10-2 | Mon 9-5-8 | Tue: Mon 9-5
# two orders
9-5 M-F, Sat 10-2 | Mon 9-5, 10-2 Sat | Closed Mon, Tue-Sat 10-6 | M-F 9-5 Closed Sat Sun 10-2
# told two ways
Mon-Fri 9-5; Wed 9-8 | 24/7; M-F 9-5 | M-F 9-5, closed Fri | M-Sat. 9am-6pm (8-6)
# told two ways in a month
M-F 9-5; 2nd Tue 9-8 | closed Sat; M-F 9-5; 1st Sat 9-12 | 1st Mon 9-12, 1st Mon 10-2
# hours taken back
Mon-Fri 9-5 by appointment only | M-F 9-5, call for hours | M-F 9-5, hours vary
M-F 9-5, by appointment Sat 9-12 | M-F 9-5, call to schedule Sat 10-2 | M-F 9-5; 12-1 closed
# part of the hours
Walk-ins welcome M-F 8-10am | Intake daily 9-11am | hot lunch 12-1p.m. Fri. | Phone hours M-F 9-5
# two services
Office M-F 9am-4pm; drop-in W 1-3pm | Mon 9 AM – 1:00 PM (Women only)
Pantry Mon 9-12, Clinic Tue 1-4
# only at times
Summer hours: M-F 8-4 | Mar-Oct 9-5 M-F | Tuesdays 6-7pm Nov-April | M-F 9-5 during school year
# only for now
Temporarily closed | M-F 9-5 starting 6/1 | M-F 9-5 2024 | Currently Mon 9-12
# an exception
M-F 9-5 except Wed | M-F 9-5 (Thursdays until 8) | Sat and holidays 10-4 | M-F 9-5 (closed Fri at noon)
# whose lunch
M-F 8-5; Lunch 12-1 | Mon-Thu 8-5, Fri 8-3 (closed 12-1) | M-F 9-12 closed 1-2 | M-F 9-12:30 closed 12-1
# about
M-F ~9-5 | approx. 9-5 M-F | Mon 9ish-5 | dawn to dusk daily | Sat 9-?
# notice, not hours
24 hours notice required | 24-48 hours | 24 hour hotline | Mon 24/7
# other zones
M-F 9-5 IST | M-F 9-5 EST/PST | M-F 9-5 MT | PT M-F 9-5 | Central: M-F 9-5
# no text of hours
<script>M-F 9-5</script> | =M-F 9-5 | ٩-٥ Mon | 1½-5 Mon | 8ª-5ª Mon | Mon 9-5 ☎ | [] | ()
"""


def unclear_texts() -> list[str]:
    lines = [line for line in UNCLEAR.strip().splitlines() if not line.startswith("#")]
    return [text for line in lines for text in line.split(" | ")]


@pytest.mark.parametrize("text", unclear_texts())
def test_what_could_mean_something_else_stays_unknown(text: str) -> None:
    assert told(text) == "unclear"


def test_the_table_is_as_large_as_the_issue_asks() -> None:
    assert len({text for text, _ in rows(CERTAIN)} | set(unclear_texts())) > 170
