"""Roster engines: `solve` is ours (lines one after the other, then columns, dives and neighbourhoods, beside a proven bound).

`layout` turns a problem into arrays, `line_kernel` finds one person's cheapest lawful line at given prices, `pricer` asks it
for everybody, `master` weighs lines against each other, `search` makes whole rosters of them, `reasons` says why a post
stays short, `replan` mends a roster with the fewest changes.
"""

import os
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
# As in the transport engine: compiled code is kept per state of the kernels.
DIGEST = sha256(b"".join(one.read_bytes() for one in sorted(HERE.glob("*kernel.py")))).hexdigest()[:16]
os.environ.setdefault("NUMBA_CACHE_DIR", str(HERE / "__pycache__" / DIGEST))
