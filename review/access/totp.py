"""The second factor: six digits from a shared secret and the clock, each accepted once."""

import time

import pyotp
import segno

from review.access.reviewers import Reviewer

_STEP_SECONDS = 30


def new_secret() -> str:
    """A secret for an authenticator."""
    return pyotp.random_base32()


def address_of(person: Reviewer, secret: str) -> str:
    """What an authenticator reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name="matluoi")


def picture_of(address: str, title: str) -> str:
    """The address as a QR code: an SVG element without styles, dark on light in every theme."""
    return str(segno.make(address, error="m").svg_inline(scale=4, light="#fff", title=title, svgclass="code"))


def accepted_step(secret: str, code: str, after: int) -> int | None:
    """The time step of a right code that is newer than `after`; one step of drift is allowed either way."""
    now = int(time.time()) // _STEP_SECONDS
    clock = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if step > after and pyotp.utils.strings_equal(clock.generate_otp(step), code.strip()):
            return step
    return None
