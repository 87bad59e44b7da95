"""What the platform says. The only room that knows RingCentral's URLs and JSON."""

import sys
from types import ModuleType

# Libraries import what they find installed, used or not: httpx its command line, with progress bars and Pygments
# (1.8 MB, 35 ms), httpcore HTTP/2 (1.3 MB, 30 ms). A module that holds nothing of what they look for is as good as
# none.
for _unused in ("httpx._main", "httpcore._async.http2", "httpcore._sync.http2"):
    sys.modules.setdefault(_unused, ModuleType(_unused))
# pycryptodome takes cffi with its parser of C where ctypes costs 1.3 MB and 20 ms less, and decrypts faster. httpcore
# looks through all folders for sniffio at each request, which is to tell it of asyncio, and is not there (6 % of a
# wall's CPU). None is how Python notes that there is no such module; its types know only modules.
for _absent in ("cffi", "sniffio"):
    sys.modules.setdefault(_absent, None)  # type: ignore[arg-type]
