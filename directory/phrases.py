"""Fixed sentences that rules and errors say, before they are translated.

Rooms below the web know no language: they answer a `Phrase`, whose English `message` is the gettext
message id. The web translates it; the command line prints `str(phrase)`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def N_(message: str) -> str:  # noqa: N802  the gettext convention for "extract, translate later"
    """Marks a message for extraction; answers it unchanged."""
    return message


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence with its values: `Phrase(N_("Closes at %(time)s"), {"time": "5:00 PM"})`.

    A value that is itself a `Phrase` is translated first. `plural` and a value `num` make it countable.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None

    def __str__(self) -> str:
        return self.translated(lambda message: message, lambda one, many, num: one if num == 1 else many)

    def translated(self, gettext: Callable[[str], str], ngettext: Callable[[str, str, int], str]) -> str:
        """The sentence in the language of the two given gettext functions."""
        values = {
            name: each.translated(gettext, ngettext) if isinstance(each, Phrase) else each
            for name, each in self.values.items()
        }
        if self.plural is None:
            return gettext(self.message) % values if values else gettext(self.message)
        number = values["num"]
        if not isinstance(number, int):
            raise TypeError("a countable phrase needs a whole number called num")
        return ngettext(self.message, self.plural, number) % values
