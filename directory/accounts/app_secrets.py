"""Secrets of the application that live as long as its data: made once, sealed under the field keys.

What is encrypted under one of them (the secrets of apps for one-time codes) outlives a change of
`SECRET_KEY` and needs nothing done when the field keys rotate.
"""

import secrets

from sqlalchemy import Engine, inspect
from sqlalchemy.dialects import postgresql, sqlite

from directory.accounts.keys import KeyRing
from directory.accounts.sealed import Place
from directory.accounts.tables import AppSecret
from directory.database import session_factory


def app_secret(engine: Engine, ring: KeyRing, name: str) -> str:
    """The secret of that name. A database without tables yet gets one that lasts as long as the process."""
    fresh = secrets.token_urlsafe(32)
    if not inspect(engine).has_table(AppSecret.__tablename__):
        return fresh
    with session_factory(engine, read_only=True)() as session:
        found = session.get(AppSecret, name)
    if found is None:
        insert = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert
        sealed = ring.seal(fresh, Place(AppSecret.__tablename__, "secret", name))
        with engine.begin() as connection:
            connection.execute(insert(AppSecret).values(id=name, secret=sealed).on_conflict_do_nothing())
        with session_factory(engine, read_only=True)() as session:
            found = session.get_one(AppSecret, name)
    return ring.get(found, "secret") or ""
