"""The tests of FOOPS! for the FAIR principles, as far as nobody else has to be asked.

FOOPS! (Garijo, Corcho, Poveda-Villalón, ISWC 2021) judges ontologies on the Web; this judges
them before they get there. :mod:`catalogue` reads the tests, which are data; :mod:`served` asks
what a server would answer; :mod:`assessment` puts the verdicts together.
"""

from .assessment import PRINCIPLES, Assessment, Outcome, Verdict, as_report, assess

__all__ = ["PRINCIPLES", "Assessment", "Outcome", "Verdict", "as_report", "assess"]
