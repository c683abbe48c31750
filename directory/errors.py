"""The one tree of errors. `web/errors.py` maps it to HTTP, `cli.py` to exit codes: nobody else does.

Every error carries one clear sentence for people, and where it concerns input, the fields and what to do.
"""

from collections.abc import Mapping, Sequence

from directory.phrases import Phrase


class DirectoryError(Exception):
    """Something that a person can be told. `phrase` is the sentence; `fields` name what to mend."""

    def __init__(self, phrase: Phrase | str, fields: Mapping[str, Sequence[Phrase | str]] | None = None):
        self.phrase = phrase if isinstance(phrase, Phrase) else Phrase(phrase)
        self.fields = {
            name: [each if isinstance(each, Phrase) else Phrase(each) for each in problems]
            for name, problems in (fields or {}).items()
        }
        super().__init__(str(self.phrase))


class QueryInvalid(DirectoryError):
    """A search, plan or command was asked with values that mean nothing (422; exit 2)."""


class PlaceUnknown(QueryInvalid):
    """No place of that name is known (422; exit 2). The sentence repeats what was typed."""


class ListingNotFound(DirectoryError):
    """There is no such listing (404)."""


class ListingWithdrawn(DirectoryError):
    """The listing is no longer offered (410)."""


class SourceBroken(DirectoryError):
    """A source cannot be read or is implausible: nothing was withdrawn (exit 3)."""


class ImporterUnknown(DirectoryError):
    """There is no importer of that name (exit 2)."""


class IndexUnavailable(DirectoryError):
    """The search index is missing or cannot be read (503)."""


class GeocoderUnavailable(DirectoryError):
    """The geocoding service did not answer (the search falls back to ZIP or city)."""


class InstanceInvalid(DirectoryError):
    """A setting or the instance folder is wrong (exit 2)."""
