"""Write a published ranking as the files of the contract."""

import csv
import shutil
from datetime import date
from pathlib import Path

from configs.settings import Settings
from jobs.publish.read_published import read_ranking
from jobs.runtime.steps import run_folder

FLAGGED_HEADER = ("network_id", "typology_id", "feed", "key")


def export_ranking(home: Path, settings: Settings, as_of: date, out: Path) -> dict[str, int]:
    """Write `networks.jsonl`, `flagged_records.csv` and `run.json` into `out`. Returns how many of each.

    Files are written beside their place and renamed at the end: no partial output is ever seen.
    """
    networks = read_ranking(home, settings, "ranking.networks", as_of).sort_by("rank")
    flagged = read_ranking(home, settings, "ranking.flagged_records", as_of).sort_by("position")
    out.mkdir(parents=True, exist_ok=True)
    written = {name: out / f".{name}.part" for name in ("networks.jsonl", "flagged_records.csv", "run.json")}
    with written["networks.jsonl"].open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(f"{line}\n" for line in networks.column("network").to_pylist())
    with written["flagged_records.csv"].open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(FLAGGED_HEADER)
        rows.writerows(zip(*(flagged.column(name).to_pylist() for name in FLAGGED_HEADER), strict=True))
    shutil.copyfile(run_folder(home, as_of) / "run.json", written["run.json"])
    for name, part in written.items():
        part.replace(out / name)
    return {"networks": networks.num_rows, "flagged_records": flagged.num_rows}
