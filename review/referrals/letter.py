"""The referral as a letter in PDF: the form of Decree 30/2020/NĐ-CP, tagged as PDF/UA asks."""

import json
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

from configs.referrals import load_referral_rules
from review.referrals.annex import annex_of
from review.referrals.picture import network_as_svg
from review.referrals.shape import Referral, ReferralError
from review.referrals.words import HOLDS, KINDS, day, decimal, figure, long_day, named_id, sign_letter

FOLDER = Path(__file__).parent
TYPEFACES = FOLDER / "typefaces"


def referral_pdf(referral: Referral) -> bytes:
    """A letter with its annexes. Raises `ReferralError` when the typefaces were not built."""
    if not any(TYPEFACES.glob("*.ttf")):
        raise ReferralError("The typefaces of papers are missing. Run `make assets`.")
    issued = referral.issued_on
    return bytes(
        typst.compile(
            FOLDER / "letter.typ",
            root=FOLDER,
            font_paths=[TYPEFACES],
            ignore_system_fonts=True,
            sys_inputs={"referral": json.dumps(_printable(_on_paper(referral)), ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=datetime(issued.year, issued.month, issued.day, tzinfo=UTC),
        )
    )


def _on_paper(referral: Referral) -> dict[str, Any]:
    """Everything that the letter says, already as text."""
    citations = load_referral_rules().citations
    with_records = referral.agency.format != "letter"
    return {
        "governing_body": referral.issuer.governing_body,
        "issuer": referral.issuer.name,
        "place": referral.issuer.place,
        "code": referral.code,
        "long_day": long_day(referral.issued_on),
        "network": referral.network_id,
        "addressed_to": referral.agency.addressed_to,
        "remit": _sentence(referral.agency.remit.vi),
        "basis": [
            {"text": basis.text.vi, "citation": citations[basis.source]} for basis in referral.legal_basis
        ],
        "as_of": day(referral.as_of),
        "rank": figure(referral.rank),
        "score": decimal(referral.score, 1),
        "value": figure(referral.value_vnd),
        "deadline": day(referral.deadline),
        "members": [
            {
                "number": str(number),
                "kind": KINDS[member.kind],
                "id": named_id(member.id),
                "name": member.name or "",
                "role": member.role,
                "province": member.province or "",
            }
            for number, member in enumerate(referral.members, start=1)
        ],
        "reasons": [
            {
                "letter": sign_letter(at),
                "title": reason.title,
                "text": reason.text.rstrip("."),
                "score": decimal(reason.score, 2),
                "value": figure(reason.value_vnd) if reason.value_vnd else "",
                "innocent": [
                    {"text": innocent.text.rstrip("."), "holds": HOLDS[innocent.holds]}
                    for innocent in reason.innocent
                ],
            }
            for at, reason in enumerate(referral.reasons)
        ],
        "with_records": with_records and bool(referral.records),
        "records_count": figure(len(referral.records)),
        "annex": annex_of(referral) if with_records else {"tables": [], "files": []},
        "picture": network_as_svg(referral.members, referral.links) if referral.links else "",
        "authority": referral.signatory.authority or "",
        "title": referral.signatory.title,
        "signed_by": referral.signatory.name,
        "copies_to": list(referral.copies_to),
        "draft": referral.draft,
    }


def _printable(value: Any) -> Any:
    """The same with every sign that the typeface lacks written by its number, as in `[U+4E2D]`.

    A paper that drops a sign of a name would be wrong without saying so. Controls are left out.
    """
    if isinstance(value, dict):
        return {key: _printable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_printable(part) for part in value]
    if not isinstance(value, str):
        return value
    known = _letters(TYPEFACES)
    signs = unicodedata.normalize("NFC", value)
    written = (sign if ord(sign) in known or sign == "\n" else _by_number(sign) for sign in signs)
    return "".join(written)


def _by_number(sign: str) -> str:
    if unicodedata.category(sign) in ("Cc", "Cf"):
        return ""
    return " " if sign.isspace() else f"[U+{ord(sign):04X}]"


@lru_cache(maxsize=1)
def _letters(typefaces: Path) -> frozenset[int]:
    """What every cut of the typeface can draw."""
    known = []
    for path in sorted(typefaces.glob("*.ttf")):
        with TTFont(path) as font:
            known.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*known)


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")
