"""The normalised columns that silver holds beside the originals, a batch of Arrow at a time."""

from collections.abc import Callable, Collection, Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql.types import StringType, StructType

from models.normalise.addresses import normalise_address
from models.normalise.banks import account_id
from models.normalise.identifiers import holder_key, personal_number_is_valid, tax_code_is_valid
from models.normalise.names import normalise_name
from models.normalise.phones import to_e164
from models.normalise.provinces import current_code
from models.normalise.texts import normalise_text

Batch = pa.RecordBatch
Derivation = Callable[[Batch], pa.Array]


def _of(function: Callable[[pa.Array], pa.Array], column: str) -> Derivation:
    return lambda batch: function(batch.column(column))


def _account(bank: str, account: str) -> Derivation:
    return lambda batch: account_id(batch.column(bank), batch.column(account))


def _payment_account(side: str) -> Derivation:
    """A transfer inside one bank may leave the bank out: it is the one that reports."""

    def derive(batch: Batch) -> pa.Array:
        is_internal = pc.equal(batch.column("channel"), "internal")
        own = pc.if_else(is_internal, batch.column("bank_code"), pa.scalar(None, pa.string()))
        return account_id(pc.coalesce(batch.column(f"{side}_bank"), own), batch.column(f"{side}_account"))

    return derive


def _holder(kind: str, identifier: str) -> Derivation:
    return lambda batch: holder_key(batch.column(kind), batch.column(identifier))


def _tax_holder(batch: Batch) -> pa.Array:
    codes = batch.column("tax_code")
    return holder_key(pa.repeat("tax", len(codes)), codes)


def _seller(batch: Batch) -> pa.Array:
    return pc.binary_join_element_wise(batch.column("platform"), batch.column("seller_id"), ":")


def normalise_email(values: pa.Array) -> pa.Array:
    """Small letters without spaces around; null for what has no `@`."""
    tidy = pc.utf8_lower(pc.utf8_trim_whitespace(pc.utf8_normalize(values, form="NFKC")))
    is_email = pc.match_substring_regex(tidy, r"^[^@\s]+@[^@\s]+$")
    return pc.if_else(is_email, tidy, pa.scalar(None, pa.string()))


def normalise_subject(kinds: pa.Array, subjects: pa.Array) -> pa.Array:
    """What a tip or a decision names, as the id of a member of that kind.

    Persons and companies are `cccd:…`, `passport:…` or `tax:…` where the value says so. Agencies and callers
    often leave that out: a bare number is the tax code of a company, or the personal number (else the tax
    code) of a person, where it fulfils the rule of that number. Anything else is a normalised name.
    """
    trimmed = pc.utf8_trim_whitespace(subjects)
    parts = pc.split_pattern(trimmed, ":", max_splits=1)
    has_parts = pc.fill_null(pc.equal(pc.list_value_length(parts), 2), False)
    padded = pc.if_else(has_parts, parts, pa.scalar(["", ""], parts.type))
    first, second = pc.list_element(padded, 0), pc.list_element(padded, 1)
    account = pc.if_else(has_parts, account_id(first, second), trimmed)
    said, name = holder_key(pc.if_else(has_parts, first, ""), second), normalise_name(trimmed)
    tax = _numbered("tax", trimmed, tax_code_is_valid)
    personal = _numbered("cccd", trimmed, personal_number_is_valid)
    by_kind = {
        "phone": to_e164(trimmed),
        "account": account,
        "person": pc.coalesce(said, personal, tax, name),
        "company": pc.coalesce(said, tax, name),
        "address": normalise_address(trimmed),
        "shop_name": normalise_name(trimmed),
    }
    subject = trimmed
    for kind, normalised in by_kind.items():
        subject = pc.if_else(pc.fill_null(pc.equal(kinds, kind), False), normalised, subject)
    return subject


def _numbered(kind: str, values: pa.Array, valid: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """The values that fulfil the rule of this kind of number, as keys; null for the others."""
    kinds = pa.array([kind] * len(values), pa.string())
    return pc.if_else(pc.fill_null(valid(values), False), holder_key(kinds, values), None)


def _subject(batch: Batch) -> pa.Array:
    return normalise_subject(batch.column("subject_kind"), batch.column("subject_value"))


DERIVATIONS: dict[str, dict[str, Derivation]] = {
    "bank_accounts": {
        "account_id": _account("bank_code", "account_no"),
        "holder_key": _holder("holder_id_type", "holder_id"),
        "phone_e164": _of(to_e164, "phone"),
        "holder_name_norm": _of(normalise_name, "holder_name"),
        "address_norm": _of(normalise_address, "address"),
        "current_province_code": _of(current_code, "province_code"),
    },
    "bank_transactions": {
        "debtor_account_id": _payment_account("debtor"),
        "creditor_account_id": _payment_account("creditor"),
        "debtor_name_norm": _of(normalise_name, "debtor_name"),
        "creditor_name_norm": _of(normalise_name, "creditor_name"),
        "remittance_norm": _of(normalise_text, "remittance_info"),
    },
    "customs_declarations": {
        "trader_key": _holder("trader_id_type", "trader_id"),
        "trader_name_norm": _of(normalise_name, "trader_name"),
        "trader_phone_e164": _of(to_e164, "trader_phone"),
        "trader_address_norm": _of(normalise_address, "trader_address"),
        "consignee_name_norm": _of(normalise_name, "consignee_name"),
        "consignee_phone_e164": _of(to_e164, "consignee_phone"),
        "consignee_address_norm": _of(normalise_address, "consignee_address"),
        "partner_name_norm": _of(normalise_name, "partner_name"),
        "goods_norm": _of(normalise_text, "goods_description"),
    },
    "sellers": {
        "seller_key": _seller,
        "owner_key": _holder("owner_id_type", "owner_id"),
        "tax_key": _tax_holder,
        "phone_e164": _of(to_e164, "phone"),
        "email_norm": _of(normalise_email, "email"),
        "pickup_address_norm": _of(normalise_address, "pickup_address"),
        "settlement_account_id": _account("settlement_bank", "settlement_account"),
        "owner_name_norm": _of(normalise_name, "owner_name"),
        "shop_name_norm": _of(normalise_name, "shop_name"),
        "current_province_code": _of(current_code, "pickup_province_code"),
    },
    "shipments": {
        "seller_key": _seller,
        "sender_phone_e164": _of(to_e164, "sender_phone"),
        "sender_name_norm": _of(normalise_name, "sender_name"),
        "sender_address_norm": _of(normalise_address, "sender_address"),
        "recipient_phone_e164": _of(to_e164, "recipient_phone"),
        "recipient_name_norm": _of(normalise_name, "recipient_name"),
        "recipient_address_norm": _of(normalise_address, "recipient_address"),
        "cod_account_id": _account("cod_bank", "cod_account"),
        "goods_norm": _of(normalise_text, "goods_description"),
    },
    "listings": {
        "seller_key": _seller,
        "title_norm": _of(normalise_text, "title"),
        "description_norm": _of(normalise_text, "description"),
    },
    "tips": {"subject_id": _subject},
    "enforcement_actions": {"subject_id": _subject},
}


def normalise_rows(standing: DataFrame, feed: str, only: Collection[str] | None = None) -> DataFrame:
    """`standing` with the derived columns of its feed (or `only` those named), all strings, after its own."""
    derivations = {
        name: derivation for name, derivation in DERIVATIONS[feed].items() if only is None or name in only
    }
    schema = StructType(list(standing.schema.fields))
    for name in derivations:
        schema = schema.add(name, StringType())

    def derive(batches: Iterable[Batch]) -> Iterator[Batch]:
        for batch in batches:
            arrays = [*batch.columns, *(derivation(batch) for derivation in derivations.values())]
            yield Batch.from_arrays(arrays, names=[*batch.schema.names, *derivations])

    return standing.mapInArrow(derive, schema)
