"""`scripts/demo`: a simulated Netrex and a real Home Assistant to look at, or checks that have it looked at."""

import argparse
import asyncio
import contextlib
from pathlib import Path
import shutil
import signal
import sys
import tempfile

from demo.browser import NoBrowserError, find_chromium
from demo.check import check
from demo.control_check import check_control
from demo.events_check import check_events
from demo.home_assistant import CHECKOUT, StartError
from demo.long_live import long_live
from demo.recordings_check import check_recordings
from demo.report import Report
from demo.show import Demo, show

_FOLDER = CHECKOUT / ".demo"
_LONG_LIVE = 300.0
_LOOKS = {"check": check, "events": check_events, "control": check_control, "recordings": check_recordings}
"""What is looked at in a browser, by the argument that asks for it."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 for other machines")
    parser.add_argument("--port", type=int, default=8123, help="port to listen on (default 8123)")
    parser.add_argument("--cameras", type=int, default=5, help="how many cameras the simulated account has")
    parser.add_argument("--fresh", action="store_true", help="leave the sign-in to you")
    parser.add_argument("--check", action="store_true", help="go the whole path in a browser without a window")
    parser.add_argument("--events", action="store_true", help="see in a browser that something happens")
    parser.add_argument("--control", action="store_true", help="move, light, speak and switch in a browser")
    parser.add_argument("--recordings", action="store_true", help="find and play recordings in a browser")
    parser.add_argument(
        "--long-live",
        type=float,
        nargs="?",
        const=_LONG_LIVE,
        metavar="SECONDS",
        help="a live view over token renewals",
    )
    parser.add_argument("--folder", type=Path, default=_FOLDER, metavar="DIR", help="where the demo keeps its files")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what a check found")
    parser.add_argument("--screenshots", type=Path, metavar="DIR", help="keep the pictures of a check")
    return parser.parse_args()


async def _until_stopped(arguments: argparse.Namespace) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if not (any(getattr(arguments, name) for name in _LOOKS) or arguments.long_live):
        wanted = Demo(arguments.host, arguments.port, arguments.cameras, arguments.fresh)
        await show(arguments.folder / "config", wanted, stop)
        return 0
    trying = asyncio.create_task(_try(arguments))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({trying, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not trying.done():
        trying.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await trying
        return 130
    return 0 if trying.result().ok else 1


async def _try(arguments: argparse.Namespace) -> Report:
    """Run a check in a folder of its own, which is gone afterwards unless something failed."""
    folder = Path(tempfile.mkdtemp(prefix="netrex-demo-"))
    report = Report()
    try:
        if not arguments.long_live:
            find_chromium()
            screenshots = arguments.screenshots or arguments.folder / "screenshots"
            shutil.rmtree(screenshots, ignore_errors=True)
            look = next(look for name, look in _LOOKS.items() if getattr(arguments, name))
            report = await look(folder, screenshots)
        else:
            report = await long_live(folder, arguments.long_live)
    finally:
        if report.ok:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"Home Assistant's configuration and log stay in {folder}")
    if arguments.json:
        report.write(arguments.json)
    print(f"{'All held.' if report.ok else 'Something failed.'} {report.seconds:.0f} s")
    return report


def main() -> int:
    """Run the command line."""
    try:
        return asyncio.run(_until_stopped(_arguments()))
    except (NoBrowserError, StartError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
