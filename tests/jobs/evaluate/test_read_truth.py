"""Truth folders, mappings, and the evaluation of published rankings on the command line."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from configs.errors import UsageError
from configs.settings import read_yaml
from jobs.cli.evaluation import evaluate
from jobs.evaluate import read_truth as reading
from jobs.evaluate.read_truth import read_mapping, read_truth

AS_OF = "2026-03-31"


def planted(name: str, letters: str, **more: object) -> dict[str, object]:
    members = [{"kind": "account", "id": letter, "role": "mule"} for letter in letters]
    records = [{"feed": "tips", "key": letter} for letter in letters]
    return {"scheme_id": name, "kind": "ring", "members": members, "records": records} | more


def ranked(letters: str) -> dict[str, object]:
    line = planted("", letters)
    typologies = [{"id": "layered_flow", "evidence": line["records"]}]
    members = [*line["members"], {"kind": "device", "id": letters, "role": "x"}]  # type: ignore[misc]
    return {"network_id": letters, "score": 50.0, "typologies": typologies, "members": members}


def world(folder: Path, schemes: list[dict[str, object]]) -> Path:
    folder.mkdir()
    (folder / "schemes.jsonl").write_text("\n".join(json.dumps(line) for line in schemes), encoding="utf-8")
    (folder / "lookalikes.jsonl").write_text("", encoding="utf-8")
    return folder


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every home has one ranking, of the networks that its folder's name spells."""

    def read_ranking(home: Path, settings: object, table: str, as_of: date) -> pa.Table:
        lines = [json.dumps(ranked(letters)) for letters in home.name.split("_")]
        return pa.table({"rank": range(1, len(lines) + 1), "network": lines})

    monkeypatch.setattr(reading, "read_ranking", read_ranking)


def test_schemes_of_several_worlds_are_told_apart(tmp_path: Path) -> None:
    folders = [world(tmp_path / name, [planted("s1", "AB")]) for name in "ab"]
    assert [group.id for group in read_truth(folders, {}).schemes] == ["1/s1", "2/s1"]
    assert [group.id for group in read_truth(folders[:1], {}).schemes] == ["s1"]


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ('{"kind": "x", "members": [], "records": []}', "scheme_id"),
        ('{"scheme_id": "a", "kind": "x", "members": [{"kind": "account"}], "records": []}', "members[].id"),
        ('{"scheme_id": "a", "kind": "x", "members": [], "records": [{"feed": "sellers"}]}', "records[].key"),
    ],
)
def test_a_truth_that_does_not_say_enough_names_file_line_and_field(
    line: str, missing: str, tmp_path: Path
) -> None:
    whole = '{"scheme_id": "b", "kind": "x", "members": [], "records": []}'
    (tmp_path / "schemes.jsonl").write_text(f"{whole}\n{line}\n", encoding="utf-8")
    (tmp_path / "lookalikes.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        read_truth([tmp_path], {})
    assert f"{tmp_path / 'schemes.jsonl'}, line 2: {missing} is missing" in str(refused.value)


def test_a_missing_truth_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="schemes"):
        read_truth([tmp_path], {})


@pytest.mark.parametrize(
    ("text", "says"), [("ring: [nonsense]", "no typology nonsense"), ("ring: layered_flow", "write a list")]
)
def test_a_wrong_mapping_names_file_and_key(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "kinds.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        read_mapping(file)


@pytest.mark.usefixtures("published")
def test_one_world_with_a_mapping(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = world(tmp_path / "w", [planted("s1", "AB"), planted("s2", "CD")])
    mapping = tmp_path / "kinds.yml"
    mapping.write_text("ring: [layered_flow]", encoding="utf-8")
    evaluate([tmp_path / "AB_XY"], AS_OF, [truth], typologies=mapping, as_json=True)
    figures = json.loads(capsys.readouterr().out)
    assert (figures["recall_at_k"], figures["purity"], figures["right_typology"]) == (0.5, 1.0, 1.0)
    assert figures["recall_at_k_interval"] == [0.0945, 0.9055]
    assert "worlds" not in figures


@pytest.mark.usefixtures("published")
def test_what_the_truth_does_not_say_is_not_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate([tmp_path / "AB"], AS_OF, [world(tmp_path / "w", [planted("s1", "AB")])])
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "right_typology" in line]
    assert "not measured" in line


@pytest.mark.usefixtures("published")
def test_several_homes_are_pooled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truths = [world(tmp_path / name, [planted("s1", "AB")]) for name in "ab"]
    evaluate([tmp_path / "AB", tmp_path / "CD"], AS_OF, truths, as_json=True)
    figures = json.loads(capsys.readouterr().out)
    assert figures["recall_at_k"] == 0.5
    assert [each["recall_at_k"] for each in figures["worlds"]] == [1.0, 0.0]


def test_homes_without_their_truths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="one for each home"):
        evaluate([tmp_path, tmp_path], AS_OF, [tmp_path] * 3)


def test_every_kind_that_the_simulator_plants_has_its_right_typologies() -> None:
    simulated = Path(__file__).resolve().parents[3] / "configs" / "simulate"
    assert read_mapping(simulated / "kinds.yml").keys() == read_yaml(simulated / "schemes.yml").keys()
