"""Bronze text to typed columns, by the type of the contract and the writing of the sender."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from configs.sources import SenderFormat, Source

# Wide enough that no two amounts become one; silver stores amounts as decimal(20,2).
EXACT_DECIMAL = "decimal(38,6)"
_CLOCK = r"(\d{2}:\d{2})(:\d{2}(\.\d{1,9})?)?"
_OFFSET = r" ?(Z|([+-]\d{2}):?(\d{2})?)"
_DAY_PATTERNS = {
    "ymd": r"^\d{4}-\d{2}-\d{2}",
    "dmy": r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}",
    "mdy": r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}",
}
_WITHDRAWAL = "delete"


def type_columns(rows: DataFrame, source: Source, timezone: str) -> DataFrame:
    """Typed contract columns under their names, and beside them `raw` (the text of each column),
    `is_withdrawal`, `record_key`, `event_at` (UTC) and `event_day` (calendar day in `timezone`).

    A value that does not read as its type is null; the row rules compare it with `raw`.
    """
    typed = [
        _typed_column(name, source, timezone).alias(name)
        for name in source.columns
        if name != "record_action"
    ]
    # Leaving the action out means upsert: the two say the same, and must compare as the same.
    named = _enum("record_action", source)
    action = F.when(F.col("record_action").isNull(), "upsert").otherwise(named).alias("record_action")
    kept = ["landing_file", "source_file", "source_line", "sender", "business_date", "shape_error"]
    frame = rows.select(
        *typed,
        action,
        F.struct(*(F.col(name) for name in source.columns)).alias("raw"),
        "other_columns",
        "raw_text",
        *kept,
    )
    event = F.col(source.event_time)
    if source.columns[source.event_time].type == "date":
        event_at = F.to_utc_timestamp(event.cast("timestamp"), timezone)
        event_day = event
    else:
        event_at = event
        event_day = F.to_date(F.from_utc_timestamp(event, timezone))
    return frame.withColumns(
        {
            "event_at": event_at,
            "event_day": event_day,
            "record_key": F.concat_ws(":", *(F.col(name).cast("string") for name in source.key)),
            "is_withdrawal": F.coalesce(F.col("record_action") == _WITHDRAWAL, F.lit(False)),
        }
    )


def _typed_column(name: str, source: Source, timezone: str) -> Column:
    column = source.columns[name]
    if column.type == "string":
        return F.col(name)
    if column.type == "enum":
        return _enum(name, source)
    plain = _read_as(name, column.type, SenderFormat(), timezone)
    declared = plain
    for sender, form in source.senders.items():
        if form == SenderFormat(encoding=form.encoding, renamed_columns=form.renamed_columns):
            continue
        read = _read_as(name, column.type, form, timezone)
        is_text = F.lower("source_file").rlike(r"\.csv(\.gz)?$")
        declared = F.when((F.col("sender") == sender) & is_text, read).otherwise(declared)
    return declared


def _enum(name: str, source: Source) -> Column:
    """Strictly one of the values: case and spaces count."""
    return F.when(F.col(name).isin(*source.columns[name].values), F.col(name))


def _read_as(name: str, kind: str, form: SenderFormat, timezone: str) -> Column:
    text = F.col(name)
    match kind:
        case "integer":
            return _number(text, form, whole=True).try_cast("bigint")
        case "decimal":
            return _number(text, form, whole=False).try_cast(EXACT_DECIMAL)
        case "date":
            return _date(text, form)
        case _:
            return _timestamp(text, form, timezone)


def _number(text: Column, form: SenderFormat, *, whole: bool) -> Column:
    number = text
    if form.thousands_mark:
        number = F.replace(number, F.lit(form.thousands_mark), F.lit(""))
    if form.decimal_mark != ".":
        number = F.replace(number, F.lit(form.decimal_mark), F.lit("."))
    if whole:
        number = F.substring_index(number, ".", 1)
    return F.when(text.rlike(form.number_pattern(whole)), number)


def _iso_day(text: Column, form: SenderFormat) -> Column:
    """The calendar day at the start of the text, in ISO order."""
    if form.date_order == "ymd":
        return F.substring(text, 1, 10)
    first, second, year = (F.regexp_extract(text, r"^(\d+)\D(\d+)\D(\d{4})", group) for group in (1, 2, 3))
    day, month = (first, second) if form.date_order == "dmy" else (second, first)
    return F.concat_ws("-", year, F.lpad(month, 2, "0"), F.lpad(day, 2, "0"))


def _date(text: Column, form: SenderFormat) -> Column:
    is_day = text.rlike(_DAY_PATTERNS[form.date_order] + "$")
    return F.when(is_day, _iso_day(text, form)).try_cast("date")


def _timestamp(text: Column, form: SenderFormat, timezone: str) -> Column:
    """An instant. Without an offset it is local; a day without a clock is its midnight."""
    day = _DAY_PATTERNS[form.date_order]
    here = F.lit(f" {timezone}")
    clock = F.regexp_extract(text, rf"[T ]{_CLOCK}", 1)
    seconds = F.coalesce(F.nullif(F.regexp_extract(text, rf"[T ]{_CLOCK}", 2), F.lit("")), F.lit(":00"))
    hours = F.regexp_extract(text, rf"{_CLOCK}{_OFFSET}$", 5)
    minutes = F.coalesce(F.nullif(F.regexp_extract(text, rf"{_CLOCK}{_OFFSET}$", 6), F.lit("")), F.lit("00"))
    zone = (
        F.when(text.endswith("Z"), F.lit("+00:00"))
        .when(hours != "", F.concat(hours, F.lit(":"), minutes))
        .otherwise(here)
    )
    iso_day = _iso_day(text, form)
    usual = rf"{_DAY_PATTERNS['ymd']}T\d{{2}}:\d{{2}}:\d{{2}}$" if form.date_order == "ymd" else "^$"
    written = (
        F.when(text.rlike(day + "$"), F.concat(iso_day, F.lit("T00:00:00"), here))
        # The usual writing first: it needs no taking apart.
        .when(text.rlike(usual), F.concat(text, here))
        .when(
            text.rlike(rf"{day}[T ]{_CLOCK}({_OFFSET})?$"),
            F.concat(iso_day, F.lit("T"), clock, seconds, zone),
        )
    )
    return written.try_cast("timestamp")
