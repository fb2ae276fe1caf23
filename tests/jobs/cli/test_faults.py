"""What a fault leaves behind: kinds and places, never values."""

import errno
from pathlib import Path

import pytest
from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from jobs.cli.faults import describe_fault


def story(folder: Path) -> str:
    (file,) = folder.glob("matluoi-fault-*.log")
    return file.read_text(encoding="utf-8")


def test_the_message_of_an_error_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    phone = "09" + "12345678"
    try:
        raise ValueError(phone)
    except ValueError as error:
        line = describe_fault(error)
    assert "ValueError" in line
    assert "test_the_message_of_an_error_is_not_kept" in story(tmp_path)
    assert phone not in line + story(tmp_path)


def test_a_java_error_is_told_with_its_kind_and_place(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Py4JJavaError) as caught:
        spark._jvm.java.util.ArrayList().get(912)  # type: ignore[union-attr]
    assert "Py4JJavaError" in describe_fault(caught.value)
    assert "java.lang.IndexOutOfBoundsException" in story(tmp_path)
    assert "java.util.ArrayList" in story(tmp_path)
    assert "Index 912" not in story(tmp_path)


def test_a_full_disk_says_what_to_do() -> None:
    assert "disk is full" in describe_fault(OSError(errno.ENOSPC, "no room"))
