"""`up` without our own programs: what the tests start, stop and kill as a process of its own.

One word says what happens between the servers and the programs: `fill`, `hang` or `refuse`.
"""

import sys
import time

from config.embedded import ground
from config.embedded.log import Log
from config.embedded.refusal import Refused
from config.embedded.stack import Stack


def fill(what: str) -> None:
    if what == "hang":
        print("Hanging.", flush=True)
        time.sleep(1000)
    elif what == "refuse":
        raise Refused("The database does not fit.")


if __name__ == "__main__":
    try:
        ground.prepare()
    except Refused as refusal:
        sys.exit(str(refusal))
    log = Log(sys.stdout)
    stack = Stack(ground.current(), log, programs=[])
    sys.exit(stack.run(address="", fill=lambda: fill(sys.argv[1]), announce=lambda: log.tell("Ready.")))
