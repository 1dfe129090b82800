"""`scripts/demo`: a simulated Netrex and a real Home Assistant to look at."""

import argparse
import asyncio
from pathlib import Path
import signal
import sys

from aiohttp import ClientError

from demo.client import ApiError
from demo.figures import OptionsError
from demo.home_assistant import CHECKOUT, StartError
from demo.oauth_pages import PageError
from demo.show import Demo, show
from demo.sign_in import FlowError

_FOLDER = CHECKOUT / ".demo"
_FAILURES = (StartError, FlowError, PageError, OptionsError, ApiError, ClientError, OSError)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 for other machines")
    parser.add_argument("--port", type=int, default=8123, help="port to listen on (default 8123)")
    parser.add_argument("--cameras", type=int, default=5, help="how many cameras the simulated account has")
    parser.add_argument("--fresh", action="store_true", help="leave the sign-in to you")
    parser.add_argument("--check", action="store_true", help="end as soon as everything is there, or say what is not")
    parser.add_argument("--folder", type=Path, default=_FOLDER, metavar="DIR", help="where the demo keeps its files")
    return parser.parse_args()


async def _until_stopped(arguments: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if arguments.check:
        stop.set()
    wanted = Demo(arguments.host, arguments.port, arguments.cameras, arguments.fresh)
    await show(arguments.folder / "config", wanted, stop)


def main() -> int:
    """Run the command line."""
    try:
        asyncio.run(_until_stopped(_arguments()))
    except _FAILURES as error:
        print(f"The demo is not ready: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
