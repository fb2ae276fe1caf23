"""Read what rankings are held against: truth folders of worlds, mappings of kinds, published rankings."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from configs.catalogue import shipped_catalogue
from configs.errors import UsageError
from configs.settings import Settings, read_yaml
from jobs.publish.read_published import read_ranking
from models.evaluation.truth import Planted, Ranked, planted_from, ranked_from

_RULES = Path(__file__).resolve().parents[2] / "configs" / "evaluation.yml"


def evaluation_rules() -> dict[str, Any]:
    """What evaluation looks at (configs/evaluation.yml)."""
    return read_yaml(_RULES)


@dataclass(frozen=True)
class Truth:
    """What was planted in a world."""

    schemes: Sequence[Planted]
    lookalikes: Sequence[Planted]

    @property
    def kinds(self) -> list[str]:
        """Kinds of members that the truth names at all; others are not judged."""
        groups = [*self.schemes, *self.lookalikes]
        return sorted({member.kind for group in groups for member in group.members})


def read_truth(folders: Sequence[Path], typologies_of: Mapping[str, Collection[str]]) -> Truth:
    """The truth of one world, or of several whose files lie in one landing zone."""
    schemes, lookalikes = (
        [
            planted_from(_told_apart(line, folder, folders), typologies_of)
            for folder in folders
            for line in _planted_lines(folder / name)
        ]
        for name in ("schemes.jsonl", "lookalikes.jsonl")
    )
    return Truth(schemes, lookalikes)


def read_mapping(file: Path | None) -> dict[str, list[str]]:
    """Right typologies by kind of scheme, from YAML (`kind: [typology, …]`); empty without a file."""
    if file is None:
        return {}
    known = shipped_catalogue().typologies
    mapping: dict[str, list[str]] = {}
    for kind, names in read_yaml(file).items():
        if not isinstance(names, list) or not names:
            raise UsageError(f"{file}: key {kind}: write a list of typologies, as in {kind}: [{min(known)}].")
        strangers = [name for name in names if name not in known]
        if strangers:
            raise UsageError(
                f"{file}: key {kind}: there is no typology {strangers[0]}. See `matluoi typologies`."
            )
        mapping[str(kind)] = names
    return mapping


def read_ranked(home: Path, settings: Settings, as_of: date, kinds: Sequence[str]) -> list[Ranked]:
    """The published ranking of a date, best first, with members of the kinds that are judged."""
    rows = read_ranking(home, settings, "ranking.networks", as_of).sort_by("rank")
    return [ranked_from(json.loads(line), kinds) for line in rows.column("network").to_pylist()]


def _told_apart(line: dict[str, Any], folder: Path, folders: Sequence[Path]) -> dict[str, Any]:
    """Schemes of several worlds may have one id."""
    place = folders.index(folder) + 1
    return line if len(folders) == 1 else line | {"scheme_id": f"{place}/{line['scheme_id']}"}


_NAMED = {"members": ("kind", "id"), "records": ("feed", "key")}


def _planted_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a truth file, each with everything that is read from it."""
    lines = _lines(path)
    for number, line in enumerate(lines, start=1):
        missing = {"scheme_id", "kind", *_NAMED} - line.keys()
        missing |= {
            f"{name}[].{key}"
            for name, keys in _NAMED.items()
            for one in line.get(name, ())
            for key in keys
            if key not in one
        }
        if missing:
            raise UsageError(
                f"{path}, line {number}: {min(missing)} is missing; see what `matluoi simulate` writes."
            )
    return lines


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        raise UsageError(f"{path}: not there. Name the truth folder that `matluoi simulate` wrote.")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
