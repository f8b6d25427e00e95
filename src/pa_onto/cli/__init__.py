"""The command line: the only place that reads arguments, prints and exits."""

import gc

# A command lives for a few milliseconds and leaves hardly any cycles: collecting them while
# modules are imported and vocabularies read costs a tenth of that, for nothing.
gc.set_threshold(100_000, 50, 50)
