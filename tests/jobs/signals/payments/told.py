"""What a row of detections tells, as tests ask for it."""

from pyspark.sql import Row


def holding(row: Row) -> set[str]:
    """The innocent explanations that hold."""
    return {reason.id for reason in row.explanations if reason.holds}


def members(row: Row) -> set[tuple[str, str]]:
    return {(member.id, member.role) for member in row.members}


def shown(row: Row) -> set[str]:
    """The keys of its evidence."""
    return {record.key for record in row.evidence}
