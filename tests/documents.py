"""What the documents show: their blocks, run for real and compared.

`python -m tests.documents README.md docs/*.md` writes what the commands print now, and the
files that pages show, into the documents.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import COMMAND, PATIENCE, ROOT

# Inside GitHub Actions a report is written for it; nobody sets colours here.
_ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"},
    "PATH": f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}",
    "NO_COLOR": "1",
}


#: A file of docs/ that a page shows in full: its name stands in a comment before the block.
EXAMPLE = re.compile(r"^<!-- (examples/\S+) -->\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(text: str, language: str) -> list[str]:
    """Return the contents of all fenced blocks of a language, files that are shown left out."""
    text = EXAMPLE.sub("", text)
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[tuple[str, str]]:
    """Return every command of the console blocks with the output that follows it.

    A command goes on in lines that begin with `> `.
    """
    found = []
    for block in blocks(text, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            first, more, output = re.findall(r"\A(.*\n)((?:> .*\n)*)([\s\S]*)", part)[0]
            command = first + re.sub(r"^> ", "", more, flags=re.MULTILINE)
            found.append((command.rstrip("\n"), output))
    return found


def printed(command: str, folder: Path = ROOT) -> str:
    """Run a command in a folder and return what it prints, standard error among it."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=_ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
    ).stdout


def run_python(code: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run Python in which `x  # -> y` states that x equals y."""
    checked = re.sub(r"^( *)(.*\S) +# -> (.*)$", r"\1assert \2 == \3", code, flags=re.MULTILINE)
    return subprocess.run(
        [sys.executable, "-c", checked],
        cwd=folder,
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def furnish(folder: Path) -> Path:
    """Give a folder what the pages of docs/ start from: the sample data, and no project.

    The project that withdraws a title is a copy: commands write into it.
    """
    (folder / "data").symlink_to(ROOT / "data")
    shutil.copytree(ROOT / "docs" / "examples" / "withdrawal", folder / "withdrawal")
    return folder


def _rewritten(text: str, folder: Path) -> str:
    """Return a document with what its commands print now."""

    def anew(match: re.Match[str]) -> str:
        shown = ""
        for command, _ in commands(match[0]):
            first, *more = command.split("\n")
            lines = [f"$ {first}", *(f"> {line}" for line in more)]
            shown += "\n".join(lines) + "\n" + printed(command, folder)
        return f"```console\n{shown}```"

    def shown(match: re.Match[str]) -> str:
        code = (ROOT / "docs" / match[1]).read_text()
        return f"<!-- {match[1]} -->\n\n```python\n{code}```"

    text = re.sub(r"^```console\n.*?^```", anew, text, flags=re.MULTILINE | re.DOTALL)
    return EXAMPLE.sub(shown, text)


def _main(names: list[str]) -> None:
    for name in names:
        path = Path(name)
        with tempfile.TemporaryDirectory() as folder:
            place = ROOT if path.name == "README.md" else furnish(Path(folder))
            path.write_text(_rewritten(path.read_text(), place))


if __name__ == "__main__":
    _main(sys.argv[1:])
