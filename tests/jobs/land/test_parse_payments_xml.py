"""camt.053 and pacs.008 to the columns of the feed, by hand."""

import pytest

from configs.sources import default_sources
from jobs.land.parse_csv import Records
from jobs.land.parse_payments_xml import parse_payments_xml
from jobs.land.reject_files import FileRejected, Reason

SOURCE = default_sources()["bank_transactions"]

STATEMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">
<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr><Stmt>
<Acct><Id><Othr><Id>0071000</Id></Othr></Id><Ownr><Nm>Cửa hàng An</Nm></Ownr></Acct>
<Ntry>
<Amt Ccy="VND">300.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<BookgDt><DtTm>2026-01-05T08:00:00+07:00</DtTm></BookgDt>
<BkTxCd><Prtry><Cd>napas247</Cd></Prtry></BkTxCd><NtryDtls>
<TxDtls>
<Refs><AcctSvcrRef>T1</AcctSvcrRef></Refs><Amt Ccy="VND">100</Amt>
<RltdPties>{debtor}<DbtrAcct><Id><Othr><Id>9001</Id></Othr></Id></DbtrAcct></RltdPties>
<RltdAgts><DbtrAgt><FinInstnId><ClrSysMmbId><MmbId>TCB</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt></RltdAgts>
<Purp><Cd>GDDS</Cd></Purp>
<RmtInf><Ustrd>tien hang</Ustrd><Ustrd>lan 2</Ustrd></RmtInf>
</TxDtls>
<TxDtls><Refs><TxId>T2</TxId></Refs><Amt Ccy="VND">200</Amt></TxDtls>
</NtryDtls></Ntry>
<Ntry><Amt Ccy="USD">50.5</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2026-01-06</Dt></BookgDt>
<AcctSvcrRef>T3</AcctSvcrRef><NtryDtls><TxDtls>
<AmtDtls><CntrValAmt><Amt Ccy="VND">1300000.00</Amt></CntrValAmt></AmtDtls>
<RltdPties><Cdtr>{inner}<Nm>Acme Ltd</Nm><PstlAdr><Ctry>CN</Ctry></PstlAdr>{outer}</Cdtr></RltdPties>
<RmtInf><Strd><RfrdDocInf><Tp><CdOrPrtry><Prtry>TKHQ</Prtry></CdOrPrtry></Tp><Nb>106000000001</Nb></RfrdDocInf></Strd>
</RmtInf></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>"""


def statement(version: str) -> bytes:
    deep = version >= "08"
    inner, outer = ("<Pty>", "</Pty>") if deep else ("", "")
    debtor = f"<Dbtr>{inner}<Nm>Đỗ Bình</Nm>{outer}</Dbtr>"
    return STATEMENT.format(version=version, debtor=debtor, inner=inner, outer=outer).encode()


TRANSFERS = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf>
<GrpHdr><MsgId>M2</MsgId><CreDtTm>2026-01-07T09:15:00</CreDtTm><IntrBkSttlmDt>2026-01-07</IntrBkSttlmDt></GrpHdr>
<CdtTrfTxInf><PmtId><EndToEndId>NOTPROVIDED</EndToEndId><TxId>P1</TxId></PmtId>
<IntrBkSttlmAmt Ccy="VND">5000</IntrBkSttlmAmt>
<Dbtr><Nm>A</Nm></Dbtr><DbtrAcct><Id><IBAN>VN01</IBAN></Id></DbtrAcct>
<DbtrAgt><FinInstnId><BICFI>BFTVVNVX</BICFI></FinInstnId></DbtrAgt>
<CdtrAgt><FinInstnId><BIC>ICBVVNVX</BIC></FinInstnId></CdtrAgt><Cdtr><Nm>B</Nm></Cdtr>
<CdtrAcct><Id><Othr><Id>77</Id></Othr></Id></CdtrAcct>
<SplmtryData><Envlp><Bank><device_id>d-1</device_id><record_action>delete</record_action></Bank></Envlp></SplmtryData>
</CdtTrfTxInf>
<CdtTrfTxInf><PmtId><EndToEndId>E2</EndToEndId></PmtId><PmtTpInf><LclInstrm><Prtry>qr</Prtry></LclInstrm></PmtTpInf>
<IntrBkSttlmAmt Ccy="VND">6000</IntrBkSttlmAmt><IntrBkSttlmDt>2026-01-08</IntrBkSttlmDt></CdtTrfTxInf>
</FIToFICstmrCdtTrf></Document>"""


def rows_of(records: Records) -> list[dict[str, str]]:
    names = list(records.columns)
    values = zip(*(column.to_pylist() for column in records.columns.values()), strict=True)
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None} for row in values
    ]


@pytest.mark.parametrize("version", ["02", "08", "13"])
def test_a_statement_of_any_version(version: str) -> None:
    records = parse_payments_xml(statement(version), SOURCE, "VCB")
    own = {"creditor_account": "0071000", "creditor_bank": "VCB", "creditor_name": "Cửa hàng An"}
    common = {
        "bank_code": "VCB",
        "currency": "VND",
        "booked_at": "2026-01-05T08:00:00+07:00",
        "channel": "napas247",
    }
    assert rows_of(records) == [
        common
        | own
        | {
            "transaction_id": "T1",
            "amount": "100",
            "debtor_account": "9001",
            "debtor_bank": "TCB",
            "debtor_name": "Đỗ Bình",
            "purpose_code": "GDDS",
            "remittance_info": "tien hang lan 2",
        },
        common | own | {"transaction_id": "T2", "amount": "200"},
        {
            "bank_code": "VCB",
            "transaction_id": "T3",
            "booked_at": "2026-01-06",
            "amount": "50.5",
            "currency": "USD",
            "amount_vnd": "1300000",
            "debtor_account": "0071000",
            "debtor_bank": "VCB",
            "debtor_name": "Cửa hàng An",
            "creditor_name": "Acme Ltd",
            "creditor_country": "CN",
            "channel": "swift",
            "declaration_no": "106000000001",
        },
    ]
    assert records.lines.to_pylist() == [9, 16, 19]


def test_credit_transfers() -> None:
    first, second = rows_of(parse_payments_xml(TRANSFERS.encode(), SOURCE, "VCB"))
    assert first == {
        "bank_code": "VCB",
        "transaction_id": "P1",
        "booked_at": "2026-01-07T09:15:00",
        "amount": "5000",
        "currency": "VND",
        "debtor_account": "VN01",
        "debtor_bank": "BFTVVNVX",
        "debtor_name": "A",
        "creditor_account": "77",
        "creditor_bank": "ICBVVNVX",
        "creditor_name": "B",
        "channel": "citad",
        "device_id": "d-1",
        "record_action": "delete",
    }
    assert (second["transaction_id"], second["booked_at"], second["channel"]) == ("E2", "2026-01-08", "qr")


def test_a_document_in_an_envelope_is_found() -> None:
    wrapped = f"<Envelope><AppHdr/>{TRANSFERS}</Envelope>".encode()
    assert parse_payments_xml(wrapped, SOURCE, "VCB").rows == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<Document>", Reason.UNREADABLE),
        (b"not xml", Reason.UNREADABLE),
        (b"<Document><CstmrCdtTrfInitn/></Document>", Reason.UNREADABLE),
        (b'<!DOCTYPE d [<!ENTITY a "b">]><Document>&a;</Document>', Reason.HOSTILE_XML),
        (b'<!DOCTYPE d SYSTEM "http://example.org/d.dtd"><Document/>', Reason.HOSTILE_XML),
    ],
)
def test_what_is_no_payment_message(content: bytes, reason: Reason) -> None:
    with pytest.raises(FileRejected) as error:
        parse_payments_xml(content, SOURCE, "VCB")
    assert error.value.reason is reason


def test_other_feeds_take_no_xml() -> None:
    with pytest.raises(FileRejected) as error:
        parse_payments_xml(TRANSFERS.encode(), default_sources()["sellers"], "tiki")
    assert error.value.reason is Reason.UNKNOWN_FORMAT
