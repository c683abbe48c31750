"""The key ring of sealed fields: AES-256-GCM, each value bound to its table, column and row.

The first key seals; every key opens.
"""

import base64
import hmac
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import DeclarativeBase

from directory.accounts.key_files import FieldKey, KeptKeys, parse_keys
from directory.accounts.sealed import SEPARATOR, BlindColumn, Place, Sealed, SealedTable, sealed_table
from directory.errors import SealBroken
from directory.phrases import N_, Phrase
from directory.settings import Settings

NONCE_BYTES = 12
BLIND_DIGITS = 40
"""Hexadecimal digits of a blind index: 160 bits."""


@dataclass(frozen=True, slots=True)
class _Tools:
    """What is made of one key."""

    cipher: AESGCM
    blind: bytes

    @classmethod
    def of(cls, key: FieldKey) -> "_Tools":
        return cls(AESGCM(key.derive("field encryption")), key.derive("blind index"))


class KeyRing:
    """Seals and opens. With `kept`, follows the key files: a running server takes part in a rotation."""

    def __init__(self, keys: Iterable[FieldKey] = (), *, kept: KeptKeys | None = None):
        self.kept = kept
        self._stamp: tuple[int, ...] | None = None
        self._tools: Mapping[str, _Tools] = {}
        if kept is None:
            self._take(tuple(keys))
        else:
            self.follow()

    @classmethod
    def of(cls, settings: Settings) -> "KeyRing":
        """The ring of an instance. Raises `InstanceInvalid` when `FIELD_KEYS` cannot be read."""
        given = parse_keys(settings.field_keys)
        return cls(given) if given else cls(kept=KeptKeys.of(settings))

    def _take(self, keys: tuple[FieldKey, ...]) -> None:
        self._tools = {each.id: _Tools.of(each) for each in keys}

    def follow(self) -> None:
        """Reads the kept keys again if they have changed. Raises `InstanceInvalid`."""
        if self.kept is not None and (stamp := self.kept.stamp()) != self._stamp:
            self._take(self.kept.read())
            self._stamp = stamp  # taken before reading: a change meanwhile is read the next time

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Ids of the keys that open; the first also seals."""
        return tuple(self._tools)

    # --- one value ---

    def seal(self, text: str, place: Place) -> Sealed:
        """The text, sealed for that place."""
        self.follow()
        name, tools = next(iter(self._tools.items()))
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + tools.cipher.encrypt(nonce, text.encode(), bytes(place))
        return Sealed(f"{name}{SEPARATOR}{base64.b64encode(sealed).decode()}")

    def open(self, sealed: Sealed, place: Place) -> str:
        """The text. Raises `SealBroken` when it was changed, moved here, or its key is not on the ring."""
        if sealed.key_id not in self._tools:
            self.follow()
        tools = self._tools.get(sealed.key_id)
        if tools is None:
            told = {"key": sealed.key_id}
            raise SealBroken(Phrase(N_("A sealed value needs the key %(key)s, which is not there."), told))
        try:
            raw = base64.b64decode(sealed.token.partition(SEPARATOR)[2], validate=True)
            return tools.cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bytes(place)).decode()
        except (InvalidTag, ValueError) as problem:
            told = {"table": place.table, "column": place.column}
            sentence = N_("A sealed value in %(table)s.%(column)s was changed or belongs elsewhere.")
            raise SealBroken(Phrase(sentence, told)) from problem

    # --- rows ---

    def put(self, row: DeclarativeBase, /, **texts: str | None) -> None:
        """Sets sealed columns of a row that has its id, and the blind indexes made of them.

        Raises `TypeError` for a column that is not sealed.
        """
        found = _sealed(row)
        for name, text in texts.items():
            if name not in found.sealed:
                raise TypeError(f"{found.table.name}.{name} is no sealed column")
            setattr(row, name, None if text is None else self.seal(text, _place(row, found, name)))
        for blind in found.blind:
            if not set(blind.of).isdisjoint(texts):
                values = {each: self.get(row, each) for each in blind.of}
                indexes = self._blinds(blind, getattr(row, blind.within), values)
                setattr(row, blind.name, indexes[0] if indexes else None)

    def get(self, row: DeclarativeBase, name: str) -> str | None:
        """The text of a sealed column of a row. Raises `SealBroken`."""
        sealed = getattr(row, name)
        return None if sealed is None else self.open(sealed, _place(row, _sealed(row), name))

    def blind_values(
        self, kind: type[DeclarativeBase], column: str, within: str, /, **values: str | None
    ) -> tuple[str, ...]:
        """What rows of that owner with these values have in the blind index `column`: one per key, since a
        rotation may be under way, so look for them with `in_`. Empty when a value is missing."""
        self.follow()
        found = sealed_table(kind.metadata.tables[kind.__tablename__])
        return self._blinds(next(each for each in found.blind if each.name == column), within, values)

    def _blinds(self, blind: BlindColumn, within: str, values: Mapping[str, str | None]) -> tuple[str, ...]:
        parts = [normalized(values.get(each) or "") for each in blind.of]
        if not all(parts):
            return ()
        message = "\x1f".join((blind.table, blind.name, within, *parts)).encode()
        return tuple(
            f"{name}{SEPARATOR}{hmac.new(tools.blind, message, sha256).hexdigest()[:BLIND_DIGITS]}"
            for name, tools in self._tools.items()
        )

    def reseal(self, found: SealedTable, values: Mapping[str, Any]) -> dict[str, Any]:
        """The row's sealed values and blind indexes under the current key, as `put` would make them."""
        row_id = str(values[found.key.name])
        texts = {
            name: None
            if values[name] is None
            else self.open(values[name], Place(found.table.name, name, row_id))
            for name in found.sealed
        }
        made: dict[str, Any] = {
            name: None if text is None else self.seal(text, Place(found.table.name, name, row_id))
            for name, text in texts.items()
        }
        for blind in found.blind:
            indexes = self._blinds(blind, values[blind.within], texts)
            made[blind.name] = indexes[0] if indexes else None
        return made


def normalized(text: str) -> str:
    """Letters and digits only, without accents or case: what makes two ways to write a name one."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(each for each in plain if each.isalnum())


def _sealed(row: DeclarativeBase) -> SealedTable:
    return sealed_table(row.metadata.tables[row.__tablename__])


def _place(row: DeclarativeBase, found: SealedTable, column: str) -> Place:
    row_id = getattr(row, found.key.name)
    if row_id is None:
        raise TypeError(f"a row of {found.table.name} needs its id before anything in it is sealed")
    return Place(found.table.name, column, str(row_id))
