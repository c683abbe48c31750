"""Keys of sealed fields as they are written down: in `FIELD_KEYS`, or in files of the instance folder.

One `id:base64` a line, the current key first: `keys/field_keys`, mode 600, made once. A rotation moves the
keys that it has replaced to `keys/field_keys_retired`: only backups from before it still need them.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from directory.accounts.sealed import SEPARATOR
from directory.errors import InstanceInvalid
from directory.phrases import N_, Phrase
from directory.settings import Settings
from directory.whole_files import write_whole

KEY_BYTES = 32
KEY_ID = re.compile(r"[A-Za-z0-9-]{1,24}\Z")
WRONG_KEY = N_("Key %(number)s of FIELD_KEYS is not an id of its own, a colon and 32 bytes in base64.")


@dataclass(frozen=True, slots=True)
class FieldKey:
    """One key: a short id that is stored with every value, and 32 secret bytes."""

    id: str
    secret: bytes = field(repr=False)

    def __str__(self) -> str:
        """As `FIELD_KEYS` and the kept file have it."""
        return f"{self.id}{SEPARATOR}{base64.b64encode(self.secret).decode()}"

    def derive(self, purpose: str) -> bytes:
        """A key for one purpose, so that none serves two."""
        info = f"recovery-directory {purpose} 1".encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self.secret)


def new_key() -> FieldKey:
    """A fresh key with an id that no other has."""
    return FieldKey(secrets.token_hex(4), secrets.token_bytes(KEY_BYTES))


def parse_keys(text: str) -> tuple[FieldKey, ...]:
    """Keys from `id:base64`, separated by commas or lines; the first is the current one.

    Raises `InstanceInvalid` that names the position of a wrong one, never its text.
    """
    keys: list[FieldKey] = []
    for number, part in enumerate(filter(None, re.split(r"[,\s]+", text)), start=1):
        name, _, encoded = part.partition(SEPARATOR)
        try:
            secret = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            secret = b""
        if not KEY_ID.match(name) or len(secret) != KEY_BYTES or name in {each.id for each in keys}:
            raise InstanceInvalid(Phrase(WRONG_KEY, {"number": number}))
        keys.append(FieldKey(name, secret))
    return tuple(keys)


def _lines(keys: Sequence[FieldKey]) -> str:
    return "".join(f"{each}\n" for each in keys)


@dataclass(frozen=True, slots=True)
class KeptKeys:
    """The two key files of an instance folder."""

    folder: Path

    @classmethod
    def of(cls, settings: Settings) -> "KeptKeys":
        """Those of an instance."""
        return cls(settings.directory_home / "keys")

    @property
    def path(self) -> Path:
        """The keys in use, the current one first."""
        return self.folder / "field_keys"

    @property
    def retired_path(self) -> Path:
        """Keys that a rotation has replaced."""
        return self.folder / "field_keys_retired"

    def read(self) -> tuple[FieldKey, ...]:
        """All keys; made once where there is none yet. Whoever comes second reads what the first has made."""
        if not self.path.exists():
            write_whole(self.path, _lines([new_key()]), over=False)
        keys = parse_keys(self.path.read_text())
        if not keys:
            raise InstanceInvalid(Phrase(N_("%(path)s holds no key."), {"path": self.path}))
        return keys + tuple(each for each in self._retired() if each.id not in {key.id for key in keys})

    def stamp(self) -> tuple[int, ...]:
        """Something that changes when the file of keys in use does."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return ()
        return (found.st_mtime_ns, found.st_ino, found.st_size)

    def add(self) -> FieldKey:
        """A new key at the head of the keys in use. One rotation at a time may do this (`Rotation.run`)."""
        made = new_key()
        write_whole(self.path, _lines([made, *parse_keys(self.path.read_text())]))
        return made

    def retire_others(self) -> None:
        """Keeps the current key in use only; the others go to the retired ones, in that order of writing."""
        current, *others = parse_keys(self.path.read_text())
        known = {each.id for each in others}
        retired = [*others, *(each for each in self._retired() if each.id not in known)]
        write_whole(self.retired_path, _lines(retired))
        write_whole(self.path, _lines([current]))

    def _retired(self) -> tuple[FieldKey, ...]:
        return parse_keys(self.retired_path.read_text()) if self.retired_path.exists() else ()
