"""`matluoi learn`: weights fitted to outcomes, beside the fixed ones."""

from typing import Any

from rich.table import Table

from configs.settings import load_settings
from jobs.cli import terminal
from jobs.cli.options import AsJson, AsOf, ConfigFile, Home


def learn(home: Home, as_of: AsOf, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Fit the weights of typologies to what agencies decided about earlier rankings, and compare.

    Only decisions that were made after a ranking and up to --as-of judge it. The result is written to
    learned/<date>.json in the home. A later run uses it only when the setting `ranking.learned_weights` says
    so (`latest`, or a date), and only when it did better than the fixed weights on outcomes it had not seen.

    Examples:

      matluoi learn --home home --as-of 2026-03-31

      MATLUOI_RANKING__LEARNED_WEIGHTS=latest matluoi run --landing landing --home home --as-of 2026-04-01
    """
    from jobs.learn.learn_weights import learn_weights
    from jobs.learn.learned_weights import learned_file

    day = terminal.parse_date(as_of, "--as-of")
    found = learn_weights(home, load_settings(config), day)
    if as_json:
        terminal.print_json(found)
        return
    labels, comparison = found["labels"], found["comparison"]
    terminal.results.print(
        f"{labels['confirmed']} networks confirmed, {labels['cleared']} cleared, of {len(found['rankings'])} "
        f"rankings; {labels['drawn']} of them drawn below the cut"
    )
    if found["multipliers"]:
        terminal.results.print(_multipliers(found))
    terminal.results.print(_comparison(comparison))
    verdict = "favoured" if comparison["favoured"] else "the fixed weights stand"
    terminal.results.print(f"{verdict}: {comparison['why']}")
    terminal.progress.print(f"written to {learned_file(home, day)}")


def _multipliers(found: dict[str, Any]) -> Table:
    table = Table(title="Multipliers of the catalogue's weights", title_justify="left")
    table.add_column("typology")
    for name in ("multiplier", "±", "labels"):
        table.add_column(name, justify="right")
    for name, value in sorted(found["multipliers"].items(), key=lambda item: (-item[1], item[0])):
        deviation, labels = found["deviations"][name], found["labels_by_typology"][name]
        table.add_row(name, f"{value:.2f}", f"{deviation:.2f}", str(labels))
    return table


def _comparison(comparison: dict[str, Any]) -> Table:
    title = f"On {comparison['labels']} unseen labels ({comparison['method']})"
    table = Table(title=title, title_justify="left")
    for name in ("", "fixed", "learned"):
        table.add_column(name, justify="right" if name else "left")
    for name in ("log_loss", "precision_at_k"):
        values = (comparison[f"{name}_{side}"] for side in ("fixed", "learned"))
        table.add_row(name, *("—" if value is None else f"{value:.3f}" for value in values))
    return table
