"""Other processes of this machine."""

import os


def is_running(pid: int) -> bool:
    """Whether there is a process with this id, whosever it is; the id may come from a file that anybody wrote."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass
    return True
