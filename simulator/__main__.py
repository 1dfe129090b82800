"""`python -m simulator` is a Netrex cloud until Ctrl-C; `python -m simulator ctl` changes one that runs."""

import argparse
import asyncio
import json
import signal
import sys
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from . import Simulator, Switches, World
from .life import furnish, live

_EXAMPLES = """examples:
  python -m simulator --port 8099 --cameras 3
  python -m simulator ctl http://127.0.0.1:8099 state
  python -m simulator ctl http://127.0.0.1:8099 fault kind=vapix:image status=503 times=2
  python -m simulator ctl http://127.0.0.1:8099 clear
  python -m simulator ctl http://127.0.0.1:8099 switch token_lifetime=60
  python -m simulator ctl http://127.0.0.1:8099 camera ACCC8E10A3F1 online=false
  python -m simulator ctl http://127.0.0.1:8099 node name="Nová kamera"
  python -m simulator ctl http://127.0.0.1:8099 node 138254 name=Garáž
  python -m simulator ctl http://127.0.0.1:8099 node 138254 nightly_gap="[7200,10800]"
  python -m simulator ctl http://127.0.0.1:8099 remove node 138254
  python -m simulator ctl http://127.0.0.1:8099 api_token scopes='["read","configuration"]'
  python -m simulator ctl http://127.0.0.1:8099 tokens expire
  python -m simulator ctl http://127.0.0.1:8099 event ACCC8E10A3F1 happening=person number=1 active_for=8
  python -m simulator ctl http://127.0.0.1:8099 events ACCC8E10A3F1 silence
  python -m simulator ctl http://127.0.0.1:8099 life every=5
"""
_PATHS = {
    "fault": "fault",
    "clear": "fault",
    "switch": "switches",
    "camera": "camera",
    "node": "node",
    "remove": "",
    "api_token": "api_token",
    "tokens": "tokens",
    "event": "event",
    "events": "events",
    "life": "life",
}


def main() -> int:
    """Run the command line; return the exit status."""
    words = sys.argv[1:]
    if words[:1] == ["ctl"]:
        return _control(words[1:])
    parser = argparse.ArgumentParser(
        prog="python -m simulator", description=__doc__, epilog=_EXAMPLES, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8099, help="port to listen on, 0 for any")
    parser.add_argument("--cameras", type=int, default=3, help="how many cameras the account has")
    parser.add_argument("--root-camera", metavar="SERIAL", help="a camera that answers at the root as well")
    parser.add_argument("--root-open", action="store_true", help="everybody is let in there, without a token")
    parser.add_argument("--events", type=float, metavar="SECONDS", help="something happens about so often")
    parser.add_argument("--redirect-url", action="append", default=[], help="one more for the OAuth2 application")
    arguments = parser.parse_args(words)
    try:
        asyncio.run(_serve(arguments))
    except OSError as taken:
        print(f"The simulator can't listen there: {taken}", file=sys.stderr)
        return 1
    return 0


async def _serve(arguments: argparse.Namespace) -> None:
    world = World.demo(arguments.cameras)
    world.application.redirect_urls += arguments.redirect_url
    furnish(world)
    async with (
        Simulator(
            Switches(),
            world,
            host=arguments.host,
            port=arguments.port,
            root_camera=arguments.root_camera,
            root_open=arguments.root_open,
        ) as simulator,
        asyncio.TaskGroup() as tasks,
    ):
        application = world.application
        accounts = ", ".join(f"{each.username} / {each.password}" for each in world.accounts.values())
        print(f"A simulated Netrex answers at {simulator.url}")
        print(f"  its cameras at   {simulator.device_pattern}")
        print(f"  accounts         {accounts}")
        print(f"  client id        {application.client_id}")
        print(f"  client secret    {application.client_secret}")
        print(f"  an API token     {simulator.api_token()}")
        print("Ctrl-C stops it.", flush=True)
        living = tasks.create_task(live(world, simulator.events, arguments.events)) if arguments.events else None
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()
        if living is not None:
            living.cancel()


def _control(words: list[str]) -> int:
    if len(words) < 2 or (words[1] != "state" and words[1] not in _PATHS):  # noqa: PLR2004 - address and command
        print(_EXAMPLES, file=sys.stderr)
        return 2
    address, command, *rest = words
    if command == "state":
        return _ask(Request(f"{address}/_sim/state"))  # noqa: S310 - the address is the caller's own
    named = [word for word in rest if "=" not in word]
    values = dict(word.split("=", 1) for word in rest if "=" in word)
    path = "/".join(filter(None, [_PATHS[command], *named]))
    body = json.dumps({name: _value(text) for name, text in values.items()}).encode()
    method = "DELETE" if command in {"clear", "remove"} else "POST"
    return _ask(Request(f"{address}/_sim/{path}", data=body, method=method))  # noqa: S310 - as above


def _value(text: str) -> object:
    """Read a value as JSON, and what is none as text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _ask(request: Request) -> int:
    try:
        with urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
            print(json.dumps(json.load(answer), indent=2, ensure_ascii=False))
    except HTTPError as wrong:
        print(wrong.read().decode(), file=sys.stderr)
        return 1
    except URLError as gone:
        print(f"No simulator answers there: {gone.reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
