"""Make records of the rows of an export, as a mapping says, and lose none of them.

A mapping (:mod:`.mapping`, TOML) says which column holds which key; :mod:`.conversion` turns
the cells of a row into a record, :mod:`.judging` asks the shapes what is wrong with it, and
:mod:`.rows` and :mod:`.rejection` read rows and write those that became no record.
:mod:`.guess` writes a first mapping from the header and the cells below it.
"""

from .mapping import Mapping, read_mapping
from .run import Import, Outcome, import_records, open_import

__all__ = ["Import", "Mapping", "Outcome", "import_records", "open_import", "read_mapping"]
