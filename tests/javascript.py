"""Packages for Node.js that tests run, installed below ``build/`` when they are first needed."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.conftest import ROOT


def folder_of(name: str) -> Path:
    """Return where the packages of ``tests/node/NAME/package.json`` are."""
    return ROOT / "build" / "node" / name


@cache
def missing(name: str) -> str:
    """Install what ``tests/node/NAME/package.json`` lists; return why that cannot be, or ""."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "node and npm are not installed (apt-get install nodejs npm)"
    package = (ROOT / "tests" / "node" / name / "package.json").read_bytes()
    folder = folder_of(name)
    ready = folder / "ready.json"
    if ready.is_file() and ready.read_bytes() == package:
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_bytes(package)
    command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if run.returncode:
        return f"npm cannot install it: {run.stderr.strip()[-200:]}"
    ready.write_bytes(package)
    return ""
