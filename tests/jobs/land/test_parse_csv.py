"""CSV by RFC 4180: rows, lines, broken rows, and files that are none."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.land.parse_csv import Records, parse_csv
from jobs.land.reject_files import FileRejected, Reason


def rows_of(records: Records) -> list[tuple[int, list[str | None]]]:
    columns = [column.to_pylist() for column in records.columns.values()]
    return list(
        zip(records.lines.to_pylist(), [list(row) for row in zip(*columns, strict=True)], strict=True)
    )


def test_rows_come_with_their_physical_line() -> None:
    records = parse_csv(b'a,b\n1,2\n"x\ny","p""q"\n\n3,\n4,5,6\n7,8')
    assert rows_of(records) == [
        (2, ["1", "2"]),
        (3, ["x\ny", 'p"q']),
        (6, ["3", None]),
        (8, ["7", "8"]),
    ]
    assert records.broken == [(7, "4,5,6")]
    assert records.rows == 5


def test_lines_are_right_after_a_broken_row_and_a_line_break_in_a_value() -> None:
    records = parse_csv(b'a,b,c\n1,2,"x\n\ny"\n1,2\n"3\n3",4,5\n,,\n')
    assert records.lines.to_pylist() == [2, 6, 8]
    assert records.broken == [(5, "1,2")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end(end: str) -> None:
    records = parse_csv(end.join(["a,b", "1,2", "3,4"]).encode())
    assert rows_of(records) == [(2, ["1", "2"]), (3, ["3", "4"])]


def test_a_header_alone_is_a_file_without_rows() -> None:
    assert parse_csv(b"a,b").rows == 0
    assert parse_csv(b"a,b\r\n").rows == 0


def test_a_quote_inside_a_bare_field_is_a_character() -> None:
    assert rows_of(parse_csv(b'a,b\n1,5" screen\n2,x\n')) == [(2, ["1", '5" screen']), (3, ["2", "x"])]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.UNREADABLE),
        (b" \n\n", Reason.UNREADABLE),
        (b'a,b\n1,"2\n3,4\n', Reason.UNREADABLE),
        (b"a,b,a\n1,2,3\n", Reason.DUPLICATED_COLUMN),
    ],
)
def test_files_that_cannot_be_read(content: bytes, reason: Reason) -> None:
    with pytest.raises(FileRejected) as error:
        parse_csv(content)
    assert error.value.reason is reason


def test_the_reason_names_the_line_and_no_value() -> None:
    with pytest.raises(FileRejected, match="line 3") as error:
        parse_csv(b'a,b\n1,2\n1,"secret\n3,4\n')
    assert "secret" not in str(error.value)


VALUES = st.text(alphabet='ab,"\n ơđ1', max_size=6)


@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_whatever_a_csv_writer_writes_is_read_back(rows: list[list[str]], end: str) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["x", "y", "z"], *rows])
    records = parse_csv(stream.getvalue().encode())
    assert records.broken == []
    assert [row for _, row in rows_of(records)] == [[value or None for value in row] for row in rows]
    # The line of a row is one more than the line breaks before it.
    starts, line = [], 2
    for row in rows:
        starts.append(line)
        line += 1 + sum(value.count("\n") for value in row)
    assert records.lines.to_pylist() == starts
