"""The rule of two people, kept by the database itself: it closes no case on a decision that one person made.

Check constraints see one row; these triggers see the case and its decision. They are put back after every
migration, because SQLite loses them when a table is rebuilt.
"""

from typing import Any

from django.db import connections

_CLOSING_IS_NOT_APPROVED = """
    NEW.closing_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM review_decision
        WHERE review_decision.id = NEW.closing_id AND review_decision.case_id = NEW.id
          AND review_decision.standing = 'approved'
          AND review_decision.decided_by_id <> review_decision.proposed_by_id
          AND NEW.state = CASE review_decision.verdict
              WHEN 'confirm' THEN 'confirmed' WHEN 'dismiss' THEN 'dismissed'
              WHEN 'refer' THEN 'referred' ELSE review_decision.verdict END
    )
"""
_ANSWERED_BY_NO_APPROVER = """
    NEW.standing IN ('approved', 'rejected') AND NOT EXISTS (
        SELECT 1 FROM review_reviewer
        WHERE review_reviewer.id = NEW.decided_by_id
          AND review_reviewer.role = 'approver' AND review_reviewer.agency = ''
    )
"""
_WHAT_STANDS_IS_CHANGED = """
    NEW.case_id <> OLD.case_id OR NEW.verdict <> OLD.verdict OR NEW.agency <> OLD.agency
    OR NEW.reason <> OLD.reason OR NEW.proposed_by_id <> OLD.proposed_by_id
    OR (OLD.standing <> 'open' AND (
        NEW.standing <> OLD.standing OR COALESCE(NEW.decided_by_id, 0) <> COALESCE(OLD.decided_by_id, 0)
    ))
"""
# (name, event and table, condition, complaint)
_RULES = (
    ("case_closed_insert", "INSERT ON review_case", _CLOSING_IS_NOT_APPROVED, "closed without two people"),
    ("case_closed_update", "UPDATE ON review_case", _CLOSING_IS_NOT_APPROVED, "closed without two people"),
    ("answer_insert", "INSERT ON review_decision", _ANSWERED_BY_NO_APPROVER, "answered by no approver"),
    (
        "answer_update",
        "UPDATE ON review_decision",
        f"OLD.standing = 'open' AND {_ANSWERED_BY_NO_APPROVER}",
        "answered by no approver",
    ),
    (
        "answer_stands",
        "UPDATE ON review_decision",
        _WHAT_STANDS_IS_CHANGED,
        "what was proposed and answered stands",
    ),
    ("handed_stands", "UPDATE ON review_handed", "NEW.id = OLD.id", "what is handed over stands"),
)


def keep_four_eyes(using: str = "default", **_: Any) -> None:
    """Make the triggers anew; called after every migration."""
    connection = connections[using]
    statements = _sqlite() if connection.vendor == "sqlite" else _postgresql()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite() -> list[str]:
    statements = []
    for name, event, condition, complaint in _RULES:
        statements.append(f"DROP TRIGGER IF EXISTS {name}")
        statements.append(
            f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{complaint}'); END"
        )
    return statements


def _postgresql() -> list[str]:
    statements = []
    for name, event, condition, complaint in _RULES:
        table = event.rpartition(" ")[2]
        # Conditions of triggers may not query there, so the function does.
        statements.append(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{complaint}' USING ERRCODE = 'check_violation'; END IF; "
            "RETURN NEW; END $$"
        )
        statements.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        statements.append(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW EXECUTE FUNCTION {name}()")
    return statements
