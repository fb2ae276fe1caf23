"""Why a file is refused as a whole. A reason names columns and figures, never a value from a row."""

from enum import StrEnum


class Reason(StrEnum):
    """Rule ids of the shape of a file (`lake.bronze.files.reason` starts with one of them)."""

    MISPLACED = "misplaced_file"
    BAD_DATE = "bad_folder_date"
    UNKNOWN_FORMAT = "unknown_format"
    UNREADABLE = "unreadable"
    WRONG_ENCODING = "wrong_encoding"
    MISSING_COLUMN = "missing_column"
    DUPLICATED_COLUMN = "duplicated_column"
    HOSTILE_ARCHIVE = "hostile_archive"
    HOSTILE_XML = "hostile_xml"
    TOO_LARGE = "too_large"
    MANIFEST_UNREADABLE = "manifest_unreadable"
    MANIFEST_MISMATCH = "manifest_mismatch"


class FileRejected(Exception):
    """The shape of a file is wrong; `reason` says which rule, `detail` what was met."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
