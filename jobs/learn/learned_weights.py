"""Files of learned weights in a home, and which of them a run may use.

`<home>/learned/<date>.json` holds the multipliers, the comparison with the fixed weights, and the fingerprint
of the catalogue that they multiply: under another catalogue they mean nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from configs.catalogue import Catalogue
from configs.errors import UsageError
from configs.settings import Settings

FORM = 1
LATEST = "latest"


class Chosen(NamedTuple):
    """Multipliers that a run uses (none: the fixed weights stand), and what to say of it."""

    multipliers: Mapping[str, float]
    note: str


def learned_file(home: Path, as_of: date) -> Path:
    """Where the weights that were learned for a date lie."""
    return home / "learned" / f"{as_of.isoformat()}.json"


def catalogue_fingerprint(catalogue: Catalogue) -> str:
    """Of all that makes an evidence weight: typologies with their signals and bands, and the rules."""
    spoken = {
        "typologies": {name: item.model_dump(mode="json") for name, item in catalogue.typologies.items()},
        "ranking": catalogue.ranking.model_dump(mode="json", exclude={"multipliers"}),
    }
    return hashlib.sha256(json.dumps(spoken, sort_keys=True).encode()).hexdigest()


def write_learned(home: Path, as_of: date, content: Mapping[str, Any]) -> Path:
    """Write the file of a date, whole or not at all."""
    target = learned_file(home, as_of)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
    part.replace(target)
    return target


def chosen_weights(home: Path, settings: Settings, catalogue: Catalogue, as_of: date) -> Chosen:
    """What the settings want, where the comparison favoured it and the catalogue is still the same.

    Raises `UsageError` for a date that nothing was learned for, or that lies after the run: weights that were
    learned later know what the run may not.
    """
    wanted = settings.ranking.learned_weights
    if not wanted:
        return Chosen({}, "fixed")
    day = _latest(home, as_of) if wanted == LATEST else date.fromisoformat(wanted)
    if day is None:
        return Chosen({}, f"fixed: nothing was learned up to {as_of}")
    if day > as_of:
        raise UsageError(
            f"ranking.learned_weights: {day} lies after the run for {as_of}. Name an earlier one."
        )
    file = learned_file(home, day)
    if not file.is_file():
        raise UsageError(
            f"ranking.learned_weights: {day} was never learned. Run `matluoi learn --as-of {day} …`."
        )
    content = json.loads(file.read_text(encoding="utf-8"))
    if content["form"] != FORM or content["catalogue_sha256"] != catalogue_fingerprint(catalogue):
        return Chosen({}, f"fixed: those of {day} were learned under another catalogue")
    if not content["comparison"]["favoured"]:
        return Chosen({}, f"fixed: those of {day} were not favoured ({content['comparison']['why']})")
    return Chosen(content["multipliers"], f"learned {day}")


def with_learned(catalogue: Catalogue, multipliers: Mapping[str, float]) -> Catalogue:
    """The catalogue with its weights multiplied."""
    ranking = catalogue.ranking.model_copy(update={"multipliers": dict(multipliers)})
    return catalogue.model_copy(update={"ranking": ranking})


def _latest(home: Path, as_of: date) -> date | None:
    days = [date.fromisoformat(path.stem) for path in (home / "learned").glob("*-*-*.json")]
    return max((day for day in days if day <= as_of), default=None)
