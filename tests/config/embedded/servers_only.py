"""`up` without our own programs: what the tests start, stop and kill as a process of its own."""

import sys

from config.embedded import ground
from config.embedded.log import Log
from config.embedded.refusal import Refused
from config.embedded.stack import Stack

if __name__ == "__main__":
    try:
        ground.prepare()
    except Refused as refusal:
        sys.exit(str(refusal))
    log = Log(sys.stdout)
    stack = Stack(ground.current(), log, programs=[])
    sys.exit(stack.run(address="", fill=lambda: None, announce=lambda: log.tell("Ready.")))
