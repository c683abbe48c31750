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
    """The listing is no longer, or not now, offered (410)."""


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


class SealBroken(DirectoryError):
    """A sealed value does not open: changed, moved from another row, or its key is missing (500)."""


class AccessRefused(DirectoryError):
    """The role in use may not do that (403)."""


class TokenRefused(DirectoryError):
    """A request of a program without a token that is good now (401)."""


class RecordNotFound(DirectoryError):
    """There is no such record, or it is another agency's: nobody is told which (404)."""


class TransitionRefused(DirectoryError):
    """A move of a referral or handoff that its table does not allow, or whose conditions are not met.

    `code` names the condition (`reason_missing`, `live_referral_exists`); `details` hold what a caller needs
    to answer well, such as the id of the live referral (409; 422 where `fields` say what to mend).
    """

    def __init__(
        self,
        code: str,
        phrase: Phrase | str,
        fields: Mapping[str, Sequence[Phrase | str]] | None = None,
        details: Mapping[str, str] | None = None,
    ):
        super().__init__(phrase, fields)
        self.code = code
        self.details = dict(details or {})


class DisclosureRefused(DirectoryError):
    """The consent gate said no: nothing may be shown, sent or printed. `codes` say why, in its order
    (409; 403 for an override by someone who may not, 503 where consent could not be read)."""

    def __init__(self, codes: Sequence[str], phrase: Phrase | str):
        super().__init__(phrase)
        self.codes = tuple(codes)


class VersionConflict(DirectoryError):
    """Somebody else changed the record since it was read; nothing was written (409)."""


class RequestDiffers(DirectoryError):
    """An idempotency key came back with another request than the one it was first used for (422)."""


class LinkRefused(DirectoryError):
    """A secure link does not open: unknown, ended, locked or taken back, or the code is wrong. Nobody is told
    which (404)."""


class ConsentIncomplete(DirectoryError):
    """A consent lacks what the law asks for, so it was not kept; `codes` say what, in the order of 42 CFR
    2.31(a) (422)."""

    def __init__(
        self,
        codes: Sequence[str],
        phrase: Phrase | str,
        fields: Mapping[str, Sequence[Phrase | str]] | None = None,
    ):
        super().__init__(phrase, fields)
        self.codes = tuple(codes)


class PartnerRefused(DirectoryError):
    """A partner's key does not open the search for the page that asks; `reason` says why: `key_unknown`,
    `key_retired`, `origin_refused`, `paused` (403)."""

    def __init__(self, reason: str, phrase: Phrase | str):
        super().__init__(phrase)
        self.reason = reason


class PaceExceeded(DirectoryError):
    """More was asked in a minute than was agreed; the next is answered after `retry_after` seconds (429)."""

    def __init__(self, phrase: Phrase | str, retry_after: int):
        super().__init__(phrase)
        self.retry_after = retry_after
