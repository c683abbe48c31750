"""Programs of agencies and the tokens they work with (OAuth client credentials). Secrets are here as digests.

A plain SHA-256 is enough for them: each is 256 random bits, so there is nothing to guess from, and a slow
digest would only let anybody who sends nonsense keep the server busy.
"""

import datetime as dt

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.accounts.tables import Agency, own_key, reference
from directory.database import KEY, Base, JsonText, UtcDateTime


class ApiClient(Base):
    """A program of one agency. Its id is the OAuth `client_id`."""

    __tablename__ = "api_client"
    __table_args__ = (Index(None, "agency_id"),)

    id: Mapped[str] = own_key()
    agency_id: Mapped[str] = reference("agency")
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[list[str]] = mapped_column(JsonText)
    """Keys of `access.SCOPES`."""
    secret_hash: Mapped[str] = mapped_column(String(64))
    older_hash: Mapped[str | None] = mapped_column(String(64))
    """Of the secret before, which still works until `older_until`."""
    older_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    made_by: Mapped[str | None] = mapped_column(KEY)
    """The user who did; none from the command line."""
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    rotated_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When it last got a token."""

    agency: Mapped[Agency] = relationship()


class ApiToken(Base):
    """One access token that has been given out; its id is the token's digest."""

    __tablename__ = "api_token"
    __table_args__ = (Index(None, "client_id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    client_id: Mapped[str] = reference("api_client")
    scopes: Mapped[list[str]] = mapped_column(JsonText)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    client: Mapped[ApiClient] = relationship()
