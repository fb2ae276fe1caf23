"""The referral as JSON, for a system that reads."""

import json
from typing import Any

from configs.referrals import load_referral_rules
from review.referrals.shape import Referral


def referral_json(referral: Referral) -> bytes:
    """UTF-8 with sorted keys: the same referral is the same bytes."""
    content = as_plain(referral)
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def as_plain(referral: Referral) -> dict[str, Any]:
    """The referral as dictionaries, lists, strings and numbers; days as ISO 8601."""
    citations = load_referral_rules().citations
    return {
        "code": referral.code,
        "issued_on": referral.issued_on.isoformat(),
        "deadline": referral.deadline.isoformat(),
        "issuer": referral.issuer.model_dump(),
        "agency": {"id": referral.agency.id, "name": referral.agency.name.vi},
        "network_id": referral.network_id,
        "as_of": referral.as_of.isoformat(),
        "rank": referral.rank,
        "score": referral.score,
        "value_vnd": referral.value_vnd,
        "legal_basis": [
            {
                "text": basis.text.model_dump(),
                "source": basis.source,
                "citation": citations[basis.source],
                "valid_from": basis.valid_from.isoformat(),
                "valid_to": basis.valid_to.isoformat() if basis.valid_to else None,
                "verified": basis.verified,
            }
            for basis in referral.legal_basis
        ],
        "members": [
            {
                "kind": member.kind,
                "id": member.id,
                "role": member.role,
                "name": member.name,
                "province": member.province,
            }
            for member in referral.members
        ],
        "reasons": [
            {
                "typology": reason.typology,
                "title": reason.title,
                "text": reason.text,
                "score": reason.score,
                "value_vnd": reason.value_vnd,
                "innocent_explanations": [
                    {"text": innocent.text, "holds": innocent.holds} for innocent in reason.innocent
                ],
            }
            for reason in referral.reasons
        ],
        "records": [
            {
                "feed": record.feed,
                "key": record.key,
                "typologies": list(record.typologies),
                "day": record.happened_on.isoformat() if record.happened_on else None,
                "amount_vnd": record.amount_vnd,
                "fields": dict(record.fields),
                "source_file": record.source_file,
                "source_line": record.source_line,
            }
            for record in referral.records
        ],
    }
