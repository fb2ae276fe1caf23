"""The neutral suspicious transaction report in XML; its form is `report.xsd`, which is ours.

Neutral: no form of any authority is copied; each element can be read into the one that is asked for. It may
go to those alone who may see payments: a report must never be shown to whom it concerns.
"""

from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from review.referrals.shape import Referral, ReferralError

NAMESPACE = "urn:matluoi:suspicious-transaction-report:1"
SCHEMA = Path(__file__).with_name("report.xsd")


def report_xml(referral: Referral) -> bytes:
    """The report in UTF-8. Raises `ReferralError` where its recipient sees no payments, or there are none."""
    if "bank_transactions" not in referral.agency.may_see.feeds:
        raise ReferralError(f"{referral.agency.id} may not see payments: no report goes there.")
    payments = [record for record in referral.records if record.feed == "bank_transactions"]
    if not payments:
        raise ReferralError(f"{referral.network_id} rests on no payment: there is nothing to report.")
    report = Element("report", {"xmlns": NAMESPACE, "version": "1"})
    _add(report, "reference", referral.code)
    _add(report, "issuedOn", referral.issued_on)
    _add(report, "detectedOn", _day(referral.detected_on or referral.issued_on))
    _add(report, "deadline", referral.deadline)
    _add(report, "reportingBody", referral.issuer.name, governing=referral.issuer.governing_body)
    _add(report, "recipient", referral.agency.addressed_to, id=referral.agency.id)
    subject = SubElement(report, "subject", {"network": referral.network_id})
    _add(subject, "asOf", referral.as_of)
    _add(subject, "score", f"{referral.score:.2f}")
    _add(subject, "valueVnd", referral.value_vnd)
    numbers: dict[tuple[str, str], str] = {}
    parties = SubElement(report, "parties")
    for number, member in enumerate(referral.members, start=1):
        numbers[member.kind, member.id] = f"p{number}"
        party = SubElement(parties, "party", {"id": f"p{number}", "kind": member.kind})
        _add(party, "identifier", member.id)
        _add(party, "name", member.name)
        _add(party, "role", member.role)
        _add(party, "province", member.province)
    grounds = SubElement(report, "grounds")
    for reason in referral.reasons:
        ground = SubElement(grounds, "ground", {"typology": reason.typology})
        _add(ground, "title", reason.title)
        _add(ground, "text", reason.text)
        _add(ground, "score", f"{reason.score:.4f}")
        _add(ground, "valueVnd", reason.value_vnd)
        for innocent in reason.innocent:
            held = {True: "holds", False: "doesNotHold", None: "notMeasured"}[innocent.holds]
            _add(ground, "innocentExplanation", innocent.text, result=held)
    transactions = SubElement(report, "transactions")
    for record in payments:
        payment = SubElement(transactions, "transaction", {"key": record.key})
        _add(payment, "day", record.happened_on)
        _add(payment, "amountVnd", record.amount_vnd)
        for column, value in record.fields.items():
            _add(payment, "field", value, name=column)
        _add(payment, "source", record.source_file, line=str(record.source_line))
    links = SubElement(report, "links")
    for link in referral.links:
        attributes = {"from": numbers[link.source], "to": numbers[link.target], "kind": link.kind}
        if link.amount_vnd is not None:
            attributes["amountVnd"] = str(link.amount_vnd)
        SubElement(links, "link", attributes)
    basis = SubElement(report, "legalBasis")
    for source in referral.legal_basis:
        _add(basis, "source", source.source, validFrom=source.valid_from.isoformat())
    indent(report)
    return bytes(tostring(report, encoding="utf-8", xml_declaration=True)) + b"\n"


def _add(parent: Element, tag: str, value: str | int | date | None, /, **attributes: str) -> None:
    """An element with this text; nothing where the value is not known."""
    if value is None or value == "":
        return
    text = value.isoformat() if isinstance(value, date) else str(value)
    SubElement(parent, tag, attributes).text = "".join(sign for sign in text if _may_stand(sign))


def _may_stand(sign: str) -> bool:
    """Whether XML 1.0 can hold the character at all; control characters in a free text are dropped."""
    return sign in "\t\n\r" or (
        sign >= " " and sign not in "\ufffe\uffff" and not "\ud800" <= sign <= "\udfff"
    )


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
