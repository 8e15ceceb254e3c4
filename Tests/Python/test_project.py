"""The commands and documents that everything else stands on."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path for path in (ROOT / "scripts").iterdir() if path.is_file())
COMMANDS = [path for path in SCRIPTS if path.suffix == ""]
REQUIREMENTS = [
    path
    for folder in ("scripts", "Tests/Python")
    for path in sorted((ROOT / folder).glob("*requirements.txt"))
]


def first_line(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0]


@pytest.mark.parametrize("path", [*COMMANDS, ROOT / ".ci" / "run"], ids=lambda path: path.name)
def test_a_command_can_be_run(path: Path) -> None:
    assert path.stat().st_mode & 0o111
    if "bash" in first_line(path):
        subprocess.run(["bash", "-n", path], check=True)
    else:
        compile(path.read_text(encoding="utf-8"), path.name, "exec")


def test_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert declared is not None
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert set(re.findall(r"^  make (\w+)", listed, re.M)) == set(declared[1].split())


def test_the_readme_gives_both_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in readme
    assert "make test" in readme
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_python_package_is_pinned(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line]
    for line in lines:
        assert line.startswith("#") or re.fullmatch(r"[\w\-\[\]]+==[\w.]+", line), line


def test_every_c_library_has_its_package() -> None:
    """A C library that Package.swift names cannot be forgotten at set-up."""
    manifest = (ROOT / "Package.swift").read_text(encoding="utf-8")
    setup = (ROOT / "scripts" / "setup").read_text(encoding="utf-8")
    libraries = re.findall(r'\.systemLibrary\(name: "(\w+)"', manifest)
    assert libraries
    assert [name for name in libraries if f"# {name}\n" not in setup] == []


def test_the_icons_are_drawn_in_the_colour_of_the_text() -> None:
    sprite = ElementTree.parse(ROOT / "build" / "assets" / "icons.svg").getroot()
    wanted = (ROOT / "scripts" / "icons.txt").read_text(encoding="utf-8").splitlines()
    names = [symbol.get("id") for symbol in sprite]
    assert names == [line for line in wanted if line and not line.startswith("#")]
    assert {symbol.get("stroke") for symbol in sprite} == {"currentColor"}


def test_the_font_is_small_enough_for_a_first_visit() -> None:
    assert (ROOT / "build" / "assets" / "inter.woff2").stat().st_size < 80_000


@pytest.mark.parametrize("name", ["inter", "lucide", "redoc", "swagger-ui"])
def test_each_part_of_others_keeps_its_licence(name: str) -> None:
    licence = (ROOT / "build" / "assets" / "licences" / f"{name}.txt").read_text(encoding="utf-8")
    assert "icense" in licence
