"""Run the command line as ``python -m pa_onto``."""

from .cli.main import run

run()
