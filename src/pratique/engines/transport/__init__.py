"""Transport engines: `solve` is ours (greedy, then search, with a proven bound beside it); the others are rivals.

`layout` turns a problem into arrays of ticks, `greedy` plans as by hand, `search` improves by annealing, `assign`
gives trips their vehicles and people, `bound` proves how much better any plan could be, `reasons` says why somebody
stays, `replan` turns a plan in force and what changed into a new problem.
"""

import os
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
# What is compiled is kept per state of all kernels: numba looks only at a function's own file, and would go on using an
# old copy of a function that another file has changed.
DIGEST = sha256(b"".join(one.read_bytes() for one in sorted(HERE.glob("*kernel.py")))).hexdigest()[:16]
os.environ.setdefault("NUMBA_CACHE_DIR", str(HERE / "__pycache__" / DIGEST))
