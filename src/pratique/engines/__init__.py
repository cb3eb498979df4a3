"""Heavy computing behind the core's problems: a frozen problem goes in, an answer with its proof comes out.

`transport` plans trips; `roster` plans shifts; `forecast` draws the day ahead. What an engine answers is only believed after the
core's own check.
"""

import os
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
# What is compiled is kept in one place for all engines, whichever is asked first, and per state of all kernels: numba looks
# only at a function's own file, and would go on using an old copy of a function that another file has changed.
DIGEST = sha256(b"".join(one.read_bytes() for one in sorted(HERE.glob("*/*kernel.py")))).hexdigest()[:16]
os.environ.setdefault("NUMBA_CACHE_DIR", str(HERE / "__pycache__" / DIGEST))
