"""What people are asked 30 and 90 days after they were connected: one table for asking and for reports."""

from collections.abc import Mapping
from typing import Literal

from directory.phrases import N_

Question = Literal["housed", "working", "connected", "supported"]
DAYS: tuple[int, ...] = (30, 90)
"""So many days after the person was first met or served."""
QUESTIONS: Mapping[Question, str] = {
    "housed": N_("Do you have a safe place to live?"),
    "working": N_("Are you working or learning?"),
    "connected": N_("Are you still in touch with the place you were sent to?"),
    "supported": N_("Do you have people who support you?"),
}
"""Asked only of those who said yes to being asked; each may be left out."""
ANSWERS: Mapping[str, str] = {"yes": N_("Yes"), "no": N_("No"), "skip": N_("I would rather not say")}
