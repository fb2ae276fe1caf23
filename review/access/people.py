"""Making people: a one-time password that is shown once and must be replaced at the first sign-in."""

import secrets

from review.access.reviewers import Reviewer

_PASSWORD_BYTES = 12


def one_time_password() -> str:
    """A password that nobody keeps."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def give_one_time_password(person: Reviewer) -> str:
    """Save the person with a new one-time password and no second factor: their sessions end.

    Returns the password, the only time.
    """
    password = one_time_password()
    person.totp_secret, person.totp_last_step = "", 0
    person.failed_sign_ins, person.locked_until = 0, None
    person.set_password(password)
    person.must_change_password = True
    person.save()
    return password
