"""ISO 20022 payment messages to the columns of `bank_transactions`.

camt.053 (bank statement) and pacs.008 (customer credit transfer), in any version whose names stand: elements
are found by their local name, so `…camt.053.001.02` and `….001.13` read alike. One statement detail, or one
credit transfer, is one row; what the message does not say stays empty, and the row rules decide.
"""

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element, ParseError

import pyarrow as pa
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from configs.sources import PaymentMessages, Source
from jobs.land.parse_csv import Records
from jobs.land.reject_files import FileRejected, Reason

Row = dict[str, str | None]
_NO_REFERENCE = "NOTPROVIDED"
_EMPTY_FRACTION = re.compile(r"\.0+$")


class _LineParser(DefusedXMLParser):
    """Stamps each element with the line that it starts on, and names it without its namespace."""

    def _start(self, *arguments: object, **keywords: object) -> Element:
        element = super()._start(*arguments, **keywords)
        element.sourceline = self.parser.CurrentLineNumber
        return element

    def _fixname(self, key: str) -> str:
        return key.rpartition("}")[2]


def parse_payments_xml(content: bytes, source: Source, sender: str) -> Records:
    """One row a payment. Raises `FileRejected` for broken XML, entities or a DTD, and any other message."""
    messages = source.payment_messages
    if messages is None:
        raise FileRejected(Reason.UNKNOWN_FORMAT, "this feed takes no XML")
    parser = _LineParser(forbid_dtd=True)
    try:
        parser.feed(content)
        root = parser.close()
    except DefusedXmlException as error:
        raise FileRejected(Reason.HOSTILE_XML, "a DTD, an entity or an external reference") from error
    except (ParseError, ValueError, LookupError) as error:
        line = getattr(error, "position", (1, 0))[0]
        raise FileRejected(Reason.UNREADABLE, f"line {line}: not well-formed XML") from error
    # Some banks wrap the document and its business header in an envelope.
    document = next((element for element in root.iter() if element.tag == "Document"), ())
    body = next((child for child in document if child.tag in _READERS), None)
    if body is None:
        raise FileRejected(Reason.UNREADABLE, "neither a camt.053 nor a pacs.008 message")
    lines: list[int] = []
    rows: list[Row] = []
    for line, row in _READERS[body.tag](body, sender, messages):
        lines.append(line)
        rows.append(row)
    names = list(source.columns) + sorted({name for row in rows for name in row} - source.columns.keys())
    columns = {name: pa.array([row.get(name) or None for row in rows], pa.string()) for name in names}
    return Records(columns, pa.array(lines, pa.int64()))


def _find(element: Element | None, *path: str) -> Element | None:
    """The first element along a path of local names."""
    for step in path:
        if element is None:
            return None
        for child in element:
            if child.tag == step:
                element = child
                break
        else:
            return None
    return element


def _every(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [child for child in element if child.tag == name]


def _text(element: Element | None, *path: str) -> str | None:
    found = _find(element, *path)
    text = (found.text or "").strip() if found is not None else ""
    return text or None


def _first(*values: str | None) -> str | None:
    return next((value for value in values if value and value != _NO_REFERENCE), None)


def _account(account: Element | None) -> str | None:
    return _first(
        _text(account, "Id", "IBAN"), _text(account, "Id", "Othr", "Id"), _text(account, "Prxy", "Id")
    )


def _agent(agent: Element | None) -> str | None:
    institution = _find(agent, "FinInstnId")
    return _first(
        _text(institution, "ClrSysMmbId", "MmbId"),
        _text(institution, "BICFI"),
        _text(institution, "BIC"),
        _text(institution, "Othr", "Id"),
        _text(institution, "Nm"),
    )


def _party(party: Element | None) -> Element | None:
    """From camt.053.001.08 on a party stands one level deeper, in `Pty`."""
    inner = _find(party, "Pty")
    return party if inner is None else inner


def _side(role: str, parties: Element | None, agents: Element | None, prefix: str) -> Row:
    party = _party(_find(parties, role))
    return {
        f"{prefix}_account": _account(_find(parties, f"{role}Acct")),
        f"{prefix}_bank": _agent(_find(agents, f"{role}Agt")),
        f"{prefix}_name": _text(party, "Nm"),
        f"{prefix}_country": _first(_text(party, "PstlAdr", "Ctry"), _text(party, "CtryOfRes")),
    }


def _remittance(detail: Element, messages: PaymentMessages) -> Row:
    information = _find(detail, "RmtInf")
    free = [text for text in (_text(part) for part in _every(information, "Ustrd")) if text]
    declaration = None
    for structured in _every(information, "Strd"):
        free += [text for text in (_text(part) for part in _every(structured, "AddtlRmtInf")) if text]
        for document in _every(structured, "RfrdDocInf"):
            kind = _find(document, "Tp", "CdOrPrtry")
            if _first(_text(kind, "Prtry"), _text(kind, "Cd")) in messages.declaration_document_types:
                declaration = declaration or _text(document, "Nb")
    return {
        "remittance_info": " ".join(free) or None,
        "purpose_code": _first(_text(detail, "Purp", "Cd"), _text(detail, "Purp", "Prtry")),
        "declaration_no": declaration,
    }


def _amount(*candidates: Element | None) -> tuple[str | None, str | None]:
    for found in candidates:
        if found is not None and found.text:
            return found.text.strip(), found.get("Ccy")
    return None, None


def _whole(amount: str | None) -> str | None:
    """Đồng have no minor unit: `100.00` is 100. Another fraction stays, and breaks the row."""
    return _EMPTY_FRACTION.sub("", amount) if amount else None


def _supplement(*elements: Element | None) -> Row:
    """Columns of the contract that a bank adds by their own names (`SplmtryData/Envlp/…`)."""
    extra: Row = {}
    for element in elements:
        for supplement in _every(element, "SplmtryData"):
            for leaf in supplement.iter():
                if len(leaf) == 0 and leaf.text and leaf.tag not in ("PlcAndNm", "Envlp"):
                    extra[leaf.tag] = leaf.text.strip()
    return extra


def _complete(row: Row, extra: Row, proprietary_channel: str | None, messages: PaymentMessages) -> Row:
    foreign = row.get("currency") not in (None, messages.home_currency) or any(
        row.get(country) not in (None, messages.home_country)
        for country in ("debtor_country", "creditor_country")
    )
    channel = messages.foreign_channel if foreign else messages.default_channel
    return row | {"channel": proprietary_channel or channel} | extra


def _read_statements(body: Element, sender: str, messages: PaymentMessages) -> Iterator[tuple[int, Row]]:
    for statement in _every(body, "Stmt"):
        own_account = _account(_find(statement, "Acct"))
        own_name = _text(_party(_find(statement, "Acct", "Ownr")), "Nm")
        for entry in _every(statement, "Ntry"):
            details = [
                detail for group in _every(entry, "NtryDtls") for detail in _every(group, "TxDtls")
            ] or [entry]
            for detail in details:
                row = _statement_row(entry, detail, len(details) == 1, messages)
                own = "debtor" if _text(entry, "CdtDbtInd") == "DBIT" else "creditor"
                # A statement speaks for its own account, and may name the other side alone.
                if own_account and row[f"{own}_account"] in (None, own_account):
                    row[f"{own}_account"] = own_account
                    row[f"{own}_bank"] = row[f"{own}_bank"] or sender
                    row[f"{own}_name"] = row[f"{own}_name"] or own_name
                line = detail.sourceline  # type: ignore[attr-defined]
                extra = _supplement(entry, detail) if detail is not entry else _supplement(entry)
                if _text(entry, "RvslInd") == "true":
                    extra = {"reversal": "true"} | extra
                codes = [_find(part, "BkTxCd", "Prtry", "Cd") for part in (detail, entry)]
                channel = _first(*(_text(code) for code in codes))
                yield line, {"bank_code": sender} | _complete(row, extra, channel, messages)


def _statement_row(entry: Element, detail: Element, alone: bool, messages: PaymentMessages) -> Row:
    references = _find(detail, "Refs")
    entry_reference = _first(_text(entry, "AcctSvcrRef"), _text(entry, "NtryRef"))
    amount, currency = _amount(
        _find(detail, "Amt"),
        _find(detail, "AmtDtls", "TxAmt", "Amt"),
        _find(entry, "Amt") if alone else None,
    )
    counter_value, counter_currency = _amount(_find(detail, "AmtDtls", "CntrValAmt", "Amt"))
    return {
        "transaction_id": _first(
            _text(references, "AcctSvcrRef"),
            _text(references, "TxId"),
            entry_reference if alone else None,
            _text(references, "EndToEndId"),
        ),
        "booked_at": _first(_text(entry, "BookgDt", "DtTm"), _text(entry, "BookgDt", "Dt")),
        "amount": amount,
        "currency": currency,
        "amount_vnd": _whole(counter_value) if counter_currency == messages.home_currency else None,
        **_side("Dbtr", _find(detail, "RltdPties"), _find(detail, "RltdAgts"), "debtor"),
        **_side("Cdtr", _find(detail, "RltdPties"), _find(detail, "RltdAgts"), "creditor"),
        **_remittance(detail, messages),
    }


def _read_transfers(body: Element, sender: str, messages: PaymentMessages) -> Iterator[tuple[int, Row]]:
    header = _find(body, "GrpHdr")
    for transfer in _every(body, "CdtTrfTxInf"):
        identity = _find(transfer, "PmtId")
        amount, currency = _amount(_find(transfer, "IntrBkSttlmAmt"))
        instructed, instructed_currency = _amount(_find(transfer, "InstdAmt"))
        foreign = currency != messages.home_currency and instructed_currency == messages.home_currency
        row: Row = {
            "bank_code": sender,
            "transaction_id": _first(
                _text(identity, "TxId"), _text(identity, "InstrId"), _text(identity, "EndToEndId")
            ),
            "booked_at": _settled_at(header, transfer),
            "amount": amount,
            "currency": currency,
            "amount_vnd": _whole(instructed) if foreign else None,
            **_side("Dbtr", transfer, transfer, "debtor"),
            **_side("Cdtr", transfer, transfer, "creditor"),
            **_remittance(transfer, messages),
        }
        channel = _first(
            _text(transfer, "PmtTpInf", "LclInstrm", "Prtry"), _text(header, "PmtTpInf", "LclInstrm", "Prtry")
        )
        line = transfer.sourceline  # type: ignore[attr-defined]
        yield line, _complete(row, _supplement(transfer), channel, messages)


def _settled_at(header: Element | None, transfer: Element) -> str | None:
    """The instant of acceptance; else the settlement day, with the time of a message of that day."""
    exact = _first(_text(transfer, "AccptncDtTm"), _text(transfer, "SttlmTmIndctn", "DbtDtTm"))
    day = _first(_text(transfer, "IntrBkSttlmDt"), _text(header, "IntrBkSttlmDt"))
    made = _text(header, "CreDtTm")
    if exact or not day or (made or "").startswith(day):
        return exact or made
    return day


_READERS: dict[str, Callable[[Element, str, PaymentMessages], Iterator[tuple[int, Row]]]] = {
    "BkToCstmrStmt": _read_statements,
    "FIToFICstmrCdtTrf": _read_transfers,
}
