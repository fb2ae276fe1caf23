"""Nodes of the identity graph as Spark columns: `seller:…`, `account:…`, `phone:…`, or a person key."""

from datetime import date

from pyspark.sql import Column
from pyspark.sql import functions as F

from configs.links.rules import TieRules

_BRANCH = r"^tax:\d{10}-\d{3}$"
_PERSONAL_NUMBER = r"^tax:\d{12}$"
PERSON_PREFIXES = ("cccd", "passport", "tax")


def canonical(key: Column, rules: TieRules, as_of: date) -> Column:
    """`models.links.keys.canonical_key` as a column."""
    company = F.when(key.rlike(_BRANCH), F.substring(key, 1, len("tax:") + 10))
    if as_of < rules.personal_number_is_tax_code_from:
        return company.otherwise(key)
    number = F.concat(F.lit("cccd:"), F.substring(key, len("tax:") + 1, 12))
    return company.when(key.rlike(_PERSONAL_NUMBER), number).otherwise(key)


def person_kind(key: Column) -> Column:
    """`models.links.keys.member_kind` as a column."""
    person = key.startswith("cccd:") | key.startswith("passport:") | key.rlike(_PERSONAL_NUMBER)
    return F.when(person, F.lit("person")).otherwise(F.lit("company"))


def node(kind: Column | str, identifier: Column) -> Column:
    """Node of a member: person keys name themselves, everything else is prefixed with its kind."""
    of_kind = F.lit(kind) if isinstance(kind, str) else kind
    prefixed = F.concat(of_kind, F.lit(":"), identifier)
    return F.when(of_kind.isin("person", "company"), identifier).otherwise(prefixed)


def kind_of(name: Column) -> Column:
    """Kind of the member behind a node."""
    prefix = F.substring_index(name, ":", 1)
    return F.when(prefix.isin(*PERSON_PREFIXES), person_kind(name)).otherwise(prefix)


def id_of(name: Column) -> Column:
    """Id of the member behind a node."""
    prefix = F.substring_index(name, ":", 1)
    rest = F.regexp_replace(name, "^[a-z]+:", "")
    return F.when(prefix.isin(*PERSON_PREFIXES), name).otherwise(rest)


def operator_id(label: Column) -> Column:
    """Id of the operator whose smallest node is `label`; a hash, because nodes name people."""
    return F.concat(F.lit("op_"), F.substring(F.sha2(label, 256), 1, 16))
