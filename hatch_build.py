"""Leave out the engine ``shacl`` where the wheel is for Linux with musl, which has none.

Markers of requirements know the system and the processor, but not the C library; tags of wheels
do. On such a system, or with ``PA_ONTO_LIBC=musl``, the wheel says that it is for musl and asks
for less; installers there prefer it to the one that is for every system.
"""

from __future__ import annotations

import os
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface
from packaging.requirements import Requirement
from packaging.tags import sys_tags

#: The tags of Alpine Linux 3.13 and newer, on both processors that it is common on.
_PLATFORMS = "musllinux_1_2_aarch64.musllinux_1_2_x86_64"


def _is_for_musl() -> bool:
    wanted = os.environ.get("PA_ONTO_LIBC")
    return wanted == "musl" if wanted else any("musllinux" in tag.platform for tag in sys_tags())


class Requirements(MetadataHookInterface):
    """What the wheel asks for."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Take ``shacl`` off the requirements."""
        if _is_for_musl():
            asked = metadata["dependencies"]
            metadata["dependencies"] = [r for r in asked if Requirement(r).name != "shacl"]


class Tags(BuildHookInterface[Any]):
    """What the wheel is for."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the systems with musl."""
        if _is_for_musl() and version != "editable":
            build_data["tag"] = f"py3-none-{_PLATFORMS}"
