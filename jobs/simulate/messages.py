"""Payments as ISO 20022 messages: camt.053 statements and pacs.008 credit transfers.

What the messages have no element for stands in ``SplmtryData`` under the names of the contract.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

import numpy as np
import pyarrow as pa

_NAMESPACE = {
    "camt.053": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08",
    "pacs.008": "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08",
}
_SUPPLEMENT = ("amount_vnd", "device_id", "record_action")
Payment = dict[str, str | None]


def payment_message(form: str, columns: dict[str, pa.Array], rows: np.ndarray, name: str) -> bytes:
    """A message of the form (``camt.053`` or ``pacs.008``) that holds the rows of a sheet."""
    index = pa.array(rows)
    taken = {column: values.take(index).to_pylist() for column, values in columns.items()}
    payments: list[Payment] = [
        dict(zip(taken, values, strict=True)) for values in zip(*taken.values(), strict=True)
    ]
    body = _statement(payments, name) if form == "camt.053" else _transfers(payments, name)
    opening = f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{_NAMESPACE[form]}">\n'
    return f"{opening}{body}</Document>\n".encode()


def _tag(name: str, text: str | None) -> str:
    return "" if text is None else f"<{name}>{escape(text)}</{name}>"


def _party(role: str, name: str | None, country: str | None, deep: bool) -> str:
    inner = _tag("Nm", name) + (f"<PstlAdr>{_tag('Ctry', country)}</PstlAdr>" if country else "")
    if not inner:
        return ""
    return f"<{role}>" + (f"<Pty>{inner}</Pty>" if deep else inner) + f"</{role}>"


def _account(role: str, number: str | None) -> str:
    return "" if number is None else f"<{role}Acct><Id><Othr>{_tag('Id', number)}</Othr></Id></{role}Acct>"


def _agent(role: str, bank: str | None) -> str:
    if bank is None:
        return ""
    inner = _tag("BICFI", bank) if len(bank) == 8 else f"<ClrSysMmbId>{_tag('MmbId', bank)}</ClrSysMmbId>"
    return f"<{role}Agt><FinInstnId>{inner}</FinInstnId></{role}Agt>"


def _remittance(p: Payment) -> str:
    named = p["declaration_no"]
    document = (
        "<Strd><RfrdDocInf><Tp><CdOrPrtry><Prtry>CUSTOMS</Prtry></CdOrPrtry></Tp>"
        f"{_tag('Nb', named)}</RfrdDocInf></Strd>"
        if named
        else ""
    )
    inner = _tag("Ustrd", p["remittance_info"]) + document
    return f"<RmtInf>{inner}</RmtInf>" if inner else ""


def _purpose(p: Payment) -> str:
    return f"<Purp>{_tag('Cd', p['purpose_code'])}</Purp>" if p["purpose_code"] else ""


def _supplement(p: Payment) -> str:
    inner = "".join(_tag(name, p[name]) for name in _SUPPLEMENT)
    return f"<SplmtryData><Envlp><Matluoi>{inner}</Matluoi></Envlp></SplmtryData>" if inner else ""


def _statement(payments: list[Payment], name: str) -> str:
    entries = []
    for p in payments:
        outward = p["debtor_bank"] == p["bank_code"]
        amount = f'<Amt Ccy="{p["currency"]}">{p["amount"]}</Amt>'
        parties = _party("Dbtr", p["debtor_name"], p["debtor_country"], True) + _account(
            "Dbtr", p["debtor_account"]
        )
        parties += _party("Cdtr", p["creditor_name"], p["creditor_country"], True) + _account(
            "Cdtr", p["creditor_account"]
        )
        agents = _agent("Dbtr", p["debtor_bank"]) + _agent("Cdtr", p["creditor_bank"])
        detail = f"<Refs>{_tag('AcctSvcrRef', p['transaction_id'])}</Refs>{amount}"
        detail += f"<RltdPties>{parties}</RltdPties><RltdAgts>{agents}</RltdAgts>"
        detail += f"{_purpose(p)}{_remittance(p)}{_supplement(p)}"
        booked = f"<BookgDt>{_tag('DtTm', p['booked_at'])}</BookgDt>"
        channel = f"<BkTxCd><Prtry>{_tag('Cd', p['channel'])}</Prtry></BkTxCd>"
        entries.append(
            f"<Ntry>{amount}<CdtDbtInd>{'DBIT' if outward else 'CRDT'}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
            f"{booked}{channel}<NtryDtls><TxDtls>{detail}</TxDtls></NtryDtls></Ntry>\n"
        )
    head = f"<BkToCstmrStmt>\n<GrpHdr>{_tag('MsgId', name)}</GrpHdr>\n<Stmt>{_tag('Id', name)}\n"
    return f"{head}{''.join(entries)}</Stmt>\n</BkToCstmrStmt>\n"


def _transfers(payments: list[Payment], name: str) -> str:
    parts = []
    for p in payments:
        parts.append(
            "<CdtTrfTxInf><PmtId><EndToEndId>NOTPROVIDED</EndToEndId>"
            f"{_tag('TxId', p['transaction_id'])}</PmtId>"
            f"<PmtTpInf><LclInstrm>{_tag('Prtry', p['channel'])}</LclInstrm></PmtTpInf>"
            f'<IntrBkSttlmAmt Ccy="{p["currency"]}">{p["amount"]}</IntrBkSttlmAmt>'
            f"{_tag('AccptncDtTm', p['booked_at'])}"
            f"{_party('Dbtr', p['debtor_name'], p['debtor_country'], False)}"
            f"{_account('Dbtr', p['debtor_account'])}{_agent('Dbtr', p['debtor_bank'])}"
            f"{_agent('Cdtr', p['creditor_bank'])}"
            f"{_party('Cdtr', p['creditor_name'], p['creditor_country'], False)}"
            f"{_account('Cdtr', p['creditor_account'])}"
            f"{_purpose(p)}{_remittance(p)}{_supplement(p)}</CdtTrfTxInf>\n"
        )
    head = f"<GrpHdr>{_tag('MsgId', name)}<NbOfTxs>{len(payments)}</NbOfTxs></GrpHdr>"
    return f"<FIToFICstmrCdtTrf>\n{head}\n{''.join(parts)}</FIToFICstmrCdtTrf>\n"
