"""PAXLST passenger and crew lists (UN/EDIFACT D.02B to D.13B, and the United States' form before 2002)."""

from pratique.formats.paxlst_write import TELETYPE, Style, write

__all__ = ["TELETYPE", "Style", "write"]
