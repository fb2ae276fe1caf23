"""Gates to Great Expectations suites over profiles: one row a scope, one column a figure.

Great Expectations is imported when a suite is judged, because that alone takes seconds.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd

from configs.sources import Wording
from expectations.polish_docs import polish_docs, write_index
from expectations.rules import Gate

SITE = "matluoi"


@dataclass(frozen=True)
class Profile:
    """What one suite judges: `figures` by scope (`all` files, `newest` files), NaN where it is not judged."""

    name: str
    gates: tuple[Gate, ...]
    figures: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Finding:
    """A figure outside its range."""

    profile: str
    gate: Gate
    scope: str
    value: float

    @property
    def allowed(self) -> str:
        low, high = self.gate.at_least, self.gate.at_most
        if low is None:
            return f"at most {high:g}"
        return f"at least {low:g}" if high is None else f"{low:g} to {high:g}"


def judge_profiles(profiles: Sequence[Profile], as_of: date, folder: Path) -> list[Finding]:
    """Every figure outside its range, by Great Expectations; Data Docs for reading offline in `folder`."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx  # noqa: PLC0415  (seconds to import)

    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    for site in list(context.list_data_docs_sites()):
        context.delete_data_docs_site(site)
    context.add_data_docs_site(
        SITE,
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(folder.resolve()),
            },
        },
    )
    source = context.data_sources.add_pandas("profiles")
    run_id = gx.RunIdentifier(run_name=f"{as_of}", run_time=datetime.combine(as_of, time(), UTC))
    findings = []
    for profile in profiles:
        batch = source.add_dataframe_asset(profile.name).add_batch_definition_whole_dataframe("profile")
        suite = context.suites.add(compile_suite(profile))
        definition = context.validation_definitions.add(
            gx.ValidationDefinition(name=profile.name, data=batch, suite=suite)
        )
        frame = pd.DataFrame(list(profile.figures.values()), index=list(profile.figures), dtype="float64")
        result = definition.run(batch_parameters={"dataframe": frame}, run_id=run_id)
        findings += list(_findings(profile, result.results, frame))
    context.build_data_docs()
    polish_docs(folder)
    write_index(folder, as_of, {profile.name: _outside(profile, findings) for profile in profiles})
    return findings


def _outside(profile: Profile, findings: Iterable[Finding]) -> list[str]:
    return [f"{found.gate.id} ({found.gate.severity})" for found in findings if found.profile == profile.name]


def compile_suite(profile: Profile) -> Any:
    """The `ExpectationSuite` of one profile: one range for each gate, with its reason as a note."""
    import great_expectations as gx  # noqa: PLC0415

    kinds: Any = gx.expectations
    suite = gx.ExpectationSuite(profile.name)
    for gate in profile.gates:
        expectation = kinds.ExpectColumnValuesToBeBetween(
            column=gate.figure,
            min_value=gate.at_least,
            max_value=gate.at_most,
            meta={"gate": gate.id, "severity": gate.severity},
            notes=_note(gate.severity, gate.reason),
        )
        suite.add_expectation(expectation)
    return suite


def _note(severity: str, reason: Wording) -> str:
    return f"{reason.vi} / {reason.en} ({severity})"


def _findings(profile: Profile, results: Iterable[Any], frame: pd.DataFrame) -> Iterable[Finding]:
    gates = {gate.id: gate for gate in profile.gates}
    for result in results:
        if result.success:
            continue
        gate = gates[result.expectation_config.meta["gate"]]
        for scope, value in frame[gate.figure].dropna().items():
            too_low = gate.at_least is not None and value < gate.at_least
            too_high = gate.at_most is not None and value > gate.at_most
            if too_low or too_high:
                yield Finding(profile.name, gate, str(scope), float(value))
