"""Parts of the sign-in library in our way: its form, its mail, its rules for passwords, its codes."""

from typing import Any

from flask import Response, after_this_request, g
from flask_security.forms import LoginForm
from flask_security.mail_util import EmailValidateException, MailUtil
from flask_security.password_util import PasswordUtil
from flask_security.totp import Totp

from directory.accounts.passwords import normalized_password, weakness
from directory.accounts.people import folded_email
from directory.accounts.tables import User
from directory.database import db, read_only
from directory.errors import QueryInvalid
from directory.mail.message import Mail
from directory.mail.outbox import put
from directory.web.house import house
from directory.web.language import gettext, say


class Role:
    """The library wants a class of roles. Ours hang on memberships (`accounts/access.py`)."""

    name = ""


class SignInForm(LoginForm):  # type: ignore[misc]
    """Without "remember me": nobody stays signed in on a device that may be shared."""

    remember = None
    user: Any

    def validate(self, **kept: Any) -> bool:
        """Hashing takes long and anybody may ask for it, so no lock is held meanwhile. A hash that was made
        anew is kept, also when the second step never comes."""
        work = db.session()
        read_only(work)
        right = bool(super().validate(**kept))
        user_id, password = (self.user.id, self.user.password) if right else (None, None)
        work.rollback()
        if right:
            self.user = work.get_one(User, user_id)
            self.user.password = password
        after_this_request(commit_after)
        return right


class OutboxMail(MailUtil):  # type: ignore[misc]
    """Mail goes into the outbox, in the transaction of what it tells of. No address is looked up."""

    def normalize(self, email: str) -> str:
        """The address as accounts have it. Raises `EmailValidateException` when it is none."""
        try:
            return folded_email(email)
        except QueryInvalid as problem:
            raise EmailValidateException(say(problem.phrase)) from problem

    validate = normalize

    def send_mail(
        self, template: str, subject: str, recipient: str, _sender: str, body: str, _html: None, **_: Any
    ) -> None:
        """One message. `template` tells what it is."""
        key = f"{template}:{recipient}:{g.request_id}"
        mail = Mail(to=recipient, subject=gettext(str(subject)), body=body, kind="account", dedupe_key=key)
        put(db.session(), mail, house().now())
        after_this_request(commit_after)


def commit_after(response: Response) -> Response:
    """Keeps what the view did, once it has answered."""
    db.session.commit()
    return response


class LongPasswords(PasswordUtil):  # type: ignore[misc]
    """Our rules for passwords."""

    def normalize(self, password: str) -> str:
        """One form of the same letters."""
        return normalized_password(password)

    def validate(self, password: str, _is_register: bool, **kept: Any) -> tuple[list[str] | None, str]:
        """What is wrong, and the normalized password."""
        user = kept.get("user")
        known = [house().settings.site_name, *([user.email, user.name] if user else [])]
        wrong = weakness(password, known)
        return ([say(wrong)] if wrong else None), normalized_password(password)


class CodesOnce(Totp):  # type: ignore[misc]
    """Codes of an app; none counts twice."""

    def get_last_counter(self, user: User) -> int | None:
        """The step of the newest code that was used."""
        db.session.refresh(user, ["tf_last_counter"], with_for_update=True)
        return user.tf_last_counter

    def set_last_counter(self, user: User, tmatch: Any) -> None:
        """Written with the transaction of the view."""
        user.tf_last_counter = tmatch.counter
