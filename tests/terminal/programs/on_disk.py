"""`ringwall` with its home on a disk of its own: `small`, `full` or `read-only`, says the first word.

In a mount namespace, so that nobody else sees that disk. The other words are the command line.
"""

import os
import sys

SMALL = 'mount -t tmpfs -o size=2m,mode=700 small "$HOME"'
MOUNTS = {
    "small": SMALL,
    "full": f'{SMALL} && {{ head -c 4M /dev/zero >"$HOME/filled" 2>/dev/null; true; }}',
    "read-only": 'mount --bind "$HOME" "$HOME" && mount -o remount,bind,ro "$HOME"',
}
MAKE = ["unshare", "-rm", "sh", "-c"]

if __name__ == "__main__":
    disk = sys.argv.pop(1)
    os.execvp(MAKE[0], [*MAKE, f'{MOUNTS[disk]} && exec "$0" -m tui "$@"', sys.executable, *sys.argv[1:]])
