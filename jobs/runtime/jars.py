"""The Java libraries that Spark needs: where they are, and how they come the first time.

`python -m jobs.runtime.jars` fetches them with the Ivy that PySpark ships, from the default repository of
Ivy's own configuration, and checks every file against the SHA-256 in `configs/spark/jars.yml`.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pyspark

from configs.errors import MatluoiError
from configs.settings import read_yaml

_ROOT = Path(__file__).resolve().parents[2]
JARS_FILE = _ROOT / "configs" / "spark" / "jars.yml"

_IVY_SETTINGS = """<ivysettings>
  <settings defaultResolver="central"/>
  <resolvers><ibiblio name="central" m2compatible="true"/></resolvers>
</ivysettings>
"""


@dataclass(frozen=True)
class Jar:
    """One pinned library."""

    organisation: str
    name: str
    revision: str
    sha256: str

    @property
    def file_name(self) -> str:
        return f"{self.name}-{self.revision}.jar"


def pinned_jars() -> list[Jar]:
    """The jars of `configs/spark/jars.yml`."""
    return [Jar(**entry) for entry in read_yaml(JARS_FILE)["jars"]]


def jars_folder() -> Path:
    """`$MATLUOI_JARS`, or `.jars` beside the source."""
    return Path(os.environ.get("MATLUOI_JARS", _ROOT / ".jars"))


def jar_paths() -> list[Path]:
    """The jars on this machine; an error that names the remedy when one is missing."""
    paths = [jars_folder() / jar.file_name for jar in pinned_jars()]
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise MatluoiError(
            f"{jars_folder()}: {', '.join(missing)} missing. Run `make install` (it fetches the jars once)."
        )
    return paths


def _matches(path: Path, jar: Jar) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256


def fetch() -> None:
    """Bring what is missing into `jars_folder()`. Raises `MatluoiError` when a checksum is wrong."""
    folder = jars_folder()
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [jar for jar in pinned_jars() if not _matches(folder / jar.file_name, jar)]
    if not wanted:
        return
    dependencies = "\n".join(
        f'<dependency org="{jar.organisation}" name="{jar.name}" rev="{jar.revision}"'
        ' conf="default->master" transitive="false"/>'
        for jar in wanted
    )
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        (work / "ivysettings.xml").write_text(_IVY_SETTINGS, encoding="utf-8")
        (work / "ivy.xml").write_text(
            '<ivy-module version="2.0"><info organisation="matluoi" module="jars"/>'
            '<configurations><conf name="default"/></configurations>'
            f"<dependencies>{dependencies}</dependencies></ivy-module>",
            encoding="utf-8",
        )
        ivy = next((Path(pyspark.__path__[0]) / "jars").glob("ivy-*.jar"))
        command = ["java", "-jar", str(ivy), "-ivy", str(work / "ivy.xml")]
        command += ["-settings", str(work / "ivysettings.xml"), "-cache", str(work / "cache")]
        command += ["-retrieve", str(work / "jars" / "[artifact]-[revision].[ext]")]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            tail = result.stdout.strip().splitlines()[-1:] or result.stderr.strip().splitlines()[-1:]
            raise MatluoiError(
                f"the jars could not be fetched: {' '.join(tail)}. Check the network and run it again."
            )
        for jar in wanted:
            arrived = work / "jars" / jar.file_name
            if not _matches(arrived, jar):
                raise MatluoiError(
                    f"{jar.file_name}: the checksum differs from {JARS_FILE.name}; nothing was installed."
                )
            # Copied beside its place, then renamed: a half-written jar is never found.
            partial = folder / (jar.file_name + ".part")
            partial.write_bytes(arrived.read_bytes())
            partial.replace(folder / jar.file_name)


if __name__ == "__main__":
    try:
        fetch()
    except MatluoiError as error:
        sys.exit(f"matluoi: {error}")
