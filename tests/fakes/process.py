"""A fake as a process: says its port on its first line, and ends when whoever started it ends."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from threading import Thread

from tests.fakes import wire


def arguments(purpose: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=purpose, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--stay", action="store_true", help="keep running when standard input ends")
    return parser


def run(
    handler: wire.Handler,
    options: argparse.Namespace,
    *,
    ready: Callable[[], None] | None = None,
    eye: wire.Eye | None = None,
) -> None:
    async def main() -> None:
        server = await wire.serve(handler, port=options.port, host=options.host, eye=eye)
        port = server.sockets[0].getsockname()[1]
        print(port, flush=True)
        if ready:
            ready()
        await server.serve_forever()

    if not options.stay:
        Thread(target=_end_with_parent, daemon=True).start()
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)
    except OSError as error:
        why = os.strerror(error.errno).lower() if error.errno else str(error)
        sys.exit(f"Port {options.port} of {options.host} cannot be used: {why}.")


def _end_with_parent() -> None:
    while os.read(0, 4096):  # not through sys.stdin, whose lock would be held when the interpreter ends
        pass
    os._exit(0)
