"""Data Docs that read well without a network: no foreign style, script or picture; our own small style."""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

STYLE_FILE = Path(__file__).with_name("docs.css")
_FOREIGN = re.compile(
    r"<(?:link|img)\b[^>]*(?:href|src)\s*=\s*[\"']?(?:https?:)?//[^>]*>"
    r"|<script\b.*?</script\s*>|<footer\b.*?</footer\s*>",
    re.S | re.I,
)
_MARK = '<style id="matluoi">'


def polish_docs(folder: Path) -> int:
    """Rewrite every page under `folder` once; returns how many pages there are."""
    style = f"{_MARK}{STYLE_FILE.read_text(encoding='utf-8')}</style></head>"
    pages = sorted(folder.rglob("*.html"))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        if _MARK not in text:
            page.write_text(_FOREIGN.sub("", text).replace("</head>", style, 1), encoding="utf-8")
    return len(pages)


def write_index(folder: Path, as_of: date, outside: Mapping[str, Sequence[str]]) -> Path:
    """The first page: one row a profile, the gates that it did not pass, and its pages.

    Data Docs draw their own first page by script, so nothing of it would be left offline.
    """
    rows = []
    for name, gates in sorted(outside.items()):
        pages = sorted(folder.glob(f"validations/{name}/**/*.html"))
        link = pages[-1].relative_to(folder).as_posix() if pages else ""
        verdict = ", ".join(gates) if gates else "đạt / passed"
        mark = "text-danger" if gates else "text-success"
        rows.append(
            f'<tr><td><a href="{html.escape(link)}">{html.escape(name)}</a></td>'
            f'<td class="{mark}">{html.escape(verdict)}</td></tr>'
        )
    page = folder / "index.html"
    page.write_text(
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        f"<title>Chất lượng dữ liệu {as_of}</title>"
        f"{_MARK}{STYLE_FILE.read_text(encoding='utf-8')}</style></head>"
        f"<body><h1>Chất lượng dữ liệu đến {as_of} / What came in up to {as_of}</h1>"
        "<table><thead><tr><th>Nguồn / Feed</th><th>Kết quả / Result</th></tr></thead><tbody>"
        f"{''.join(rows)}</tbody></table></body></html>",
        encoding="utf-8",
    )
    return page
