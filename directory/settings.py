"""Every setting once: its type, its default and its meaning. The README's table is tested against this.

Settings come from environment variables of the field's name in capitals; nothing else reads them.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from directory.errors import InstanceInvalid
from directory.phrases import Phrase
from directory.whole_files import write_whole


def setting(meaning: str, default: Any) -> Any:
    """A dataclass field with its one-line meaning."""
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One instance's settings. Paths and addresses left empty are derived from `directory_home`."""

    directory_home: Path = setting("Instance folder: database, index, keys, mail.", Path("instance"))
    database_url: str = setting(
        "SQLAlchemy address of the database; empty is SQLite in the instance folder.", ""
    )
    search_engine: str = setting("Search engine: `whoosh` or `memory`.", "whoosh")
    secret_key: str = setting("Signs cookies; empty makes one and keeps it in the instance folder.", "")
    field_keys: str = setting(
        "Keys of sealed fields, `id:base64` and commas, current first; empty makes one and keeps it.", ""
    )
    examples: bool = setting("Show the bundled invented listings, each marked Example.", True)
    default_language: str = setting("Language when the browser asks for none of ours: `en` or `es`.", "en")
    site_name: str = setting("Name shown at the top of every page.", "Recovery Directory")
    public_url: str = setting("Address people reach this instance at, for links that leave it.", "")
    geocoder: str = setting(
        "Street addresses: `off`, `nominatim` or `census`. Off: nothing typed leaves the machine.", "off"
    )
    geocoder_url: str = setting("Address of the geocoding service, if not its public one.", "")
    geocoder_user_agent: str = setting("How this instance names itself to the geocoding service.", "")
    geocoder_seconds: float = setting("Least seconds between two geocoding requests.", 1.0)
    careeronestop_user: str = setting("User id of the CareerOneStop API, for its two importers.", "")
    careeronestop_token: str = setting("Token of the CareerOneStop API.", "")
    mail_url: str = setting(
        "Mail server: `smtp://user:password@host:587` or `smtps://…`; empty writes files to `mail/`.", ""
    )
    mail_from: str = setting("Address that mail comes from; needed with a mail server.", "")
    log_level: str = setting("Least severe log lines to write: DEBUG, INFO, WARNING or ERROR.", "INFO")
    development: bool = setting("Development mode: `/style` page, templates reloaded.", False)
    trusted_proxies: int = setting("Reverse proxies in front whose forwarded headers are believed.", 0)

    @property
    def database(self) -> str:
        """The SQLAlchemy address in use."""
        return self.database_url or f"sqlite:///{(self.directory_home / 'directory.sqlite').resolve()}"

    @property
    def index_folder(self) -> Path:
        """Where the embedded search index lives."""
        return self.directory_home / "index"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **given: Any) -> "Settings":
        """Settings from `environment` (default: the process's); keyword arguments win.

        Raises `InstanceInvalid` naming every variable whose value does not fit its type.
        """
        source = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        wrong: dict[str, list[Phrase | str]] = {}
        for each in fields(cls):
            text = source.get(each.name.upper())
            if text is None or each.name in given:
                continue
            try:
                values[each.name] = _READERS[type(each.default)](text)
            except ValueError:
                wrong[each.name.upper()] = [f"cannot be read as {type(each.default).__name__}: {text!r}"]
        if wrong:
            told = {"names": ", ".join(sorted(wrong))}
            raise InstanceInvalid(Phrase("These settings are not understood: %(names)s", told), wrong)
        return cls(**values, **given)

    def kept_secret(self) -> str:
        """The secret key: as set, or made once and kept (mode 600) in the instance folder."""
        if self.secret_key:
            return self.secret_key
        path = self.directory_home / "keys" / "secret_key"
        if not path.exists():
            write_whole(path, secrets.token_urlsafe(48), over=False)
        return path.read_text()


def _read_flag(text: str) -> bool:
    word = text.strip().casefold()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off"}:
        return False
    raise ValueError(text)


_READERS: dict[type, Any] = {bool: _read_flag, int: int, float: float, str: str, type(Path()): Path}
