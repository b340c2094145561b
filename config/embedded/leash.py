"""Started in place of a child: give up rights, be tied to the parent's life, then become the child.

Run as a script, `python -I -S leash.py SIGNAL PARENT UID GID COMMAND...`, because a process with threads must not run
Python between fork and exec, and because the kernel forgets the tie when the user changes.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(words: list[str]) -> None:
    orphaned, parent, uid, gid = map(int, words[:4])
    command = words[4:]
    os.umask(0o077)
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, orphaned, 0, 0, 0)
        if os.getppid() != parent:  # it died before the tie was made
            sys.exit(1)
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores these, and a child would inherit that
        signal.signal(ignored, signal.SIG_DFL)
    os.execv(command[0], command)  # noqa: S606 - the very point


if __name__ == "__main__":
    main(sys.argv[1:])
