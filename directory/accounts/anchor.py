"""The file outside the database that notes how far the audit had come: `audit_anchor` in the instance folder.

One line a day, `day seq hash` of its newest entry; today's is written anew after every commit that appended.
Who can change the database but not this file cannot cut off or rewrite the end of the audit unseen.
"""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from directory.accounts.audit import TAIL, Anchored, Verdict, verify
from directory.settings import Settings
from directory.whole_files import write_whole

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The anchor file of one instance."""

    path: Path

    @classmethod
    def of(cls, settings: Settings) -> "Anchor":
        """That of an instance."""
        return cls(settings.directory_home / "audit_anchor")

    def read(self) -> list[Anchored]:
        """Its lines, oldest first; none where there is no file yet. Raises `ValueError` at a wrong one."""
        if not self.path.exists():
            return []
        parts = (line.split(" ") for line in self.path.read_text().splitlines())
        return [Anchored(day, int(seq), digest) for day, seq, digest in parts]

    def note(self, newest: Anchored) -> None:
        """Writes the entry down unless a newer one stands there."""
        with self._alone():
            lines = self.read()
            if lines and lines[-1].seq >= newest.seq:
                return
            kept = lines[:-1] if lines and lines[-1].day == newest.day else lines
            told = (" ".join(map(str, astuple(each))) for each in (*kept, newest))
            write_whole(self.path, "".join(f"{each}\n" for each in told))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_name(self.path.name + "-lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def verify_anchored(session: Session, anchor: Anchor) -> Verdict:
    """`audit.verify` against this file; a file that cannot be read, or is not there, is a fault."""
    try:
        noted = anchor.read()
    except (OSError, ValueError):
        return Verdict(0, f"{anchor.path} cannot be read")
    verdict = verify(session, noted)
    if verdict.whole and verdict.entries and not noted:
        return Verdict(verdict.entries, f"{anchor.path} is not there, so nothing shows that its end is whole")
    return verdict


def anchor_commits(sessions: Any, anchor: Anchor) -> None:
    """From now on, every commit of these sessions (a `sessionmaker` or scoped session) that appended to the
    audit is noted; a rollback is not."""
    event.listen(sessions, "after_commit", lambda session: note_commit(session, anchor))
    event.listen(sessions, "after_rollback", forget_rollback)


def note_commit(session: Session, anchor: Anchor) -> None:
    """Notes the newest entry of the transaction that has just been committed, if it had one.

    What is committed stays so: where the file cannot be written, the log says it, and `directory check` finds
    it. An error here would make people do once more what has been done.
    """
    tail = session.info.pop(TAIL, None)
    if tail is None:
        return
    at, seq, digest = tail
    try:
        anchor.note(Anchored(at.date().isoformat(), seq, digest))
    except (OSError, ValueError):
        log.exception("the end of the audit could not be noted in %s", anchor.path)


def forget_rollback(session: Session) -> None:
    """What was rolled back is not noted at the next commit."""
    session.info.pop(TAIL, None)
