#!/usr/bin/env python3
"""Prepares the front-end files that are not ours, from registry packages, in build/assets.

    docs/       Swagger UI and ReDoc, for /docs and /redoc
    icons.svg   a sprite of the Lucide icons named in scripts/icons.txt
    inter.woff2 the Inter font, variable in weight, cut down to what the pages write
    licences/   the licence of each

Nothing of it is committed. A run that finds everything up to date does nothing.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import sys
import xml.etree.ElementTree as ElementTree
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "build" / "assets"
STAMP = OUTPUT / ".stamp"
ICON_LIST = ROOT / "scripts" / "icons.txt"
INPUTS = [Path(__file__), ICON_LIST, ROOT / "scripts" / "assets-requirements.txt"]
INTER = Path("/usr/share/fonts/truetype/inter-vf/Inter-roman.var.ttf")
INTER_LICENCE = Path("/usr/share/doc/fonts-inter-variable/copyright")

SVG = "http://www.w3.org/2000/svg"

# Latin as European languages and Vietnamese write it, punctuation, currency signs, arrows and the
# minus sign. Other scripts fall back to a font of the reader's system.
INTER_CHARACTERS = (
    "U+0020-007E,U+00A0-017F,U+01A0-01B0,U+0218-021B,U+0300-0303,U+0309,U+0323,U+1EA0-1EF9,"
    "U+2000-206F,U+20A0-20BF,U+2116,U+2122,U+2190-2193,U+2212"
)

# ReDoc asks somebody else for this picture, which our pages do not allow.
REDOC_LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg"

LUCIDE_LICENCE = """\
Lucide icons {version}, https://lucide.dev

ISC License

Copyright (c) Lucide Icons and Contributors.
Portions are Feather icons, MIT License, Copyright (c) Cole Bemis.

Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted, provided that the above
copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
"""


def main() -> None:
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("assets: preparing build/assets")
    shutil.rmtree(OUTPUT, ignore_errors=True)
    (OUTPUT / "docs").mkdir(parents=True)
    (OUTPUT / "licences").mkdir()
    copy_documentation_viewers()
    write_icon_sprite()
    cut_font()
    STAMP.write_text(wanted)


def fingerprint() -> str:
    """Changes when the list of icons, the pinned packages or this script does."""
    digest = hashlib.sha256()
    for path in INPUTS:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def package_folder(name: str) -> Path:
    """Where a package lies, found without running any of it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        sys.exit(f"assets: the Python package {name} is missing; run scripts/venv first")
    return Path(spec.origin).parent


def copy_documentation_viewers() -> None:
    viewers = package_folder("drf_spectacular_sidecar") / "static" / "drf_spectacular_sidecar"
    swagger, redoc = viewers / "swagger-ui-dist", viewers / "redoc"
    for source, target in [
        (swagger / "swagger-ui-bundle.js", "docs/swagger-ui-bundle.js"),
        (swagger / "swagger-ui.css", "docs/swagger-ui.css"),
        (swagger / "LICENSE", "licences/swagger-ui.txt"),
        (swagger / "swagger-ui-bundle.js.LICENSE.txt", "licences/swagger-ui-parts.txt"),
        (redoc / "LICENSE", "licences/redoc.txt"),
        (redoc / "bundles" / "redoc.standalone.js.LICENSE.txt", "licences/redoc-parts.txt"),
    ]:
        shutil.copyfile(source, OUTPUT / target)
    bundle = (redoc / "bundles" / "redoc.standalone.js").read_text()
    if REDOC_LOGO not in bundle:
        sys.exit("assets: ReDoc no longer asks for its logo as before")
    (OUTPUT / "docs" / "redoc.standalone.js").write_text(bundle.replace(REDOC_LOGO, "data:,"))


def icon_names() -> list[str]:
    lines = (line.strip() for line in ICON_LIST.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def write_icon_sprite() -> None:
    """One <symbol> for each icon, drawn in the colour of the text around it."""
    database = sqlite3.connect(package_folder("lucide") / "data" / "lucide-icons.db")
    ElementTree.register_namespace("", SVG)
    sprite = ElementTree.Element(f"{{{SVG}}}svg")
    unknown = []
    for name in icon_names():
        row = database.execute(
            "SELECT svg FROM icons WHERE name = :name OR name IN"
            " (SELECT name FROM icon_aliases WHERE alias = :name)",
            {"name": name},
        ).fetchone()
        if row is None:
            unknown.append(name)
            continue
        sprite.append(symbol(name, ElementTree.fromstring(row[0])))
    if unknown:
        sys.exit(f"assets: Lucide has no icon named {', '.join(unknown)}")
    ElementTree.indent(sprite)
    (OUTPUT / "icons.svg").write_text(ElementTree.tostring(sprite, encoding="unicode") + "\n")
    (release,) = database.execute("SELECT value FROM metadata WHERE key = 'version'").fetchone()
    licence = LUCIDE_LICENCE.format(version=release)
    (OUTPUT / "licences" / "lucide.txt").write_text(licence)


def symbol(name: str, drawing: ElementTree.Element) -> ElementTree.Element:
    """The drawing as a symbol; its size is left to the page."""
    attributes = {
        key: value
        for key, value in drawing.attrib.items()
        if key == "viewBox" or key == "fill" or key.startswith("stroke")
    }
    element = ElementTree.Element(f"{{{SVG}}}symbol", {"id": name, **attributes})
    element.extend(drawing)
    return element


def cut_font() -> None:
    """Cuts Inter down to the characters above; all weights and figure styles stay."""
    from fontTools import subset

    if not INTER.exists():
        sys.exit(f"assets: {INTER.name} is missing; run scripts/setup first")
    subset.main(
        [
            str(INTER),
            f"--unicodes={INTER_CHARACTERS}",
            "--layout-features=kern,liga,calt,ccmp,locl,mark,mkmk,tnum,case,zero",
            "--flavor=woff2",
            f"--output-file={OUTPUT / 'inter.woff2'}",
        ]
    )
    shutil.copyfile(INTER_LICENCE, OUTPUT / "licences" / "inter.txt")


if __name__ == "__main__":
    main()
