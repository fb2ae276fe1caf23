"""The weights of `configs/links/ties.yml` as Spark columns (`models.links.weights` is the same in Python)."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from configs.links.rules import TieRules
from models.links.weights import users_max


def users_limit(kind: Column, identifier_class: Column, rules: TieRules) -> Column:
    """Most users that the identifier may have and still tie anybody; 0 for a class that never does."""
    limit = F.lit(0)
    for name, classes in sorted(rules.identifiers.items()):
        for class_name, steps in sorted(classes.items()):
            chosen = (kind == name) & (identifier_class == class_name)
            limit = F.when(chosen, F.lit(users_max(steps))).otherwise(limit)
    return limit


def rarity_weight(kind: Column, identifier_class: Column, users: Column, rules: TieRules) -> Column:
    """Weight of an identifier with so many users; null for a hub."""
    weight = F.lit(None).cast("double")
    for name, classes in sorted(rules.identifiers.items()):
        for class_name, steps in sorted(classes.items()):
            by_users = F.lit(None).cast("double")
            for step in reversed(steps):
                by_users = F.when(users <= step.users, F.lit(step.weight)).otherwise(by_users)
            weight = F.when((kind == name) & (identifier_class == class_name), by_users).otherwise(weight)
    return weight


def role_factor(role: Column, rules: TieRules) -> Column:
    """How far a use in this role can be trusted; null for a role that ties nobody (`owned_by`)."""
    factor = F.lit(None).cast("double")
    for name, value in sorted(rules.roles.items()):
        factor = F.when(role == name, F.lit(value)).otherwise(factor)
    return factor


def is_habit(role: Column, records: Column, of_records: Column, rules: TieRules) -> Column:
    """Whether the use stands on enough records, or on enough of the entity's records in that role."""
    needed = F.lit(1)
    for name, least in sorted(rules.records_min.items()):
        needed = F.when(role == name, F.lit(least)).otherwise(needed)
    share: Column = F.lit(False)
    for name, least_share in sorted(rules.records_share_min.items()):
        share = share | ((role == name) & (records >= of_records * F.lit(least_share)))
    return (records >= needed) | share
