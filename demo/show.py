"""The interactive demo: start everything, sign in to the account, and print a few lines about what to look at."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
import socket

from yarl import URL

from demo.dashboard import make_dashboard, until_complete
from demo.home_assistant import PASSWORD, USERNAME, HomeAssistant, free_port
from demo.provider import API_TOKEN_SCOPES, account_of, provider
from demo.sign_in import EVERYTHING, Account, add_by_oauth2
from simulator.life import live

_SIMULATOR_PORT = 8099
_SOMETHING_EVERY = 15.0
"""Seconds between two things that happen before one of the cameras."""
_EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True, slots=True)
class Demo:
    """What somebody wants to see. host, port: where Home Assistant listens. fresh: the sign-in is left to them."""

    host: str
    port: int
    cameras: int
    fresh: bool


def _addresses(host: str, port: int) -> list[str]:
    """Every address this Home Assistant may be opened at: the sign-in returns to the one that was used.

    The last one is for people on other machines.
    """
    names = ["127.0.0.1", "localhost"]
    if host in _EVERYWHERE:
        names.append(socket.gethostname())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                # Nothing is sent: the system only says which of its addresses it would use.
                probe.connect(("192.0.2.1", 9))
                names.append(probe.getsockname()[0])
            except OSError:
                pass
    elif host not in names:
        names.append(host)
    return [f"http://{name}:{port}" for name in names]


def _fresh_text(account: Account, api_token: str, callback: str) -> str:
    port = URL(account.url).port
    return f"""
Add your account: Settings > Devices & services > Add integration > Netrex
  Provider              Another provider
  Remote camera access  {account.device_pattern}
  Address               {account.url}
Sign in to Netrex with this application:
  Client ID             {account.client_id}
  Client secret         {account.client_secret}
  Redirect address      {callback} (the provider knows it already)
and this account at the provider:
  Username              {account.username}
  Password              {account.password}
Or use this API token:  {api_token}
The provider's pages open on this machine only; from another one: ssh -L {port}:127.0.0.1:{port} ...
"""


_LOOK = """
Look at
  "Cameras": live view, and below it the day: every few seconds somebody comes; select what happened to play it
  "What happened": the day of each camera, and a list of the last events
  "Control": arrows on the picture, presets, light for the dark garage, a speaker, a siren
  "People counts": the shop's month, which goes on while you look
  Settings > Devices & services > Netrex: the account, its devices, options and diagnostics
  Settings > Repairs: a camera without a known serial number
"""


async def show(folder: Path, demo: Demo, stop: asyncio.Event) -> None:
    """Start everything, say where it is and wait until it is to be stopped.

    folder: Home Assistant's configuration, made new.

    Raises:
        StartError: Home Assistant did not start.
    """
    port = free_port(demo.port, demo.host)
    addresses = _addresses(demo.host, port)
    if demo.port not in {0, port}:
        print(f"Port {demo.port} is taken; {port} is used instead.")
    print("Starting ...", flush=True)
    home_assistant = HomeAssistant(folder, host=demo.host, port=port, say=print)
    simulator_port = free_port(_SIMULATOR_PORT)
    async with (
        provider(addresses, cameras=demo.cameras, port=simulator_port, timecode=False) as simulator,
        home_assistant,
    ):
        account = account_of(simulator)
        print(f"\nHome Assistant  {addresses[-1] if demo.host in _EVERYWHERE else home_assistant.url}")
        print(f"Login           {USERNAME} / {PASSWORD}")
        if demo.fresh:
            api_token = simulator.api_token(account="owner", scopes=set(API_TOKEN_SCOPES))
            print(_fresh_text(account, api_token, f"{addresses[0]}/auth/external/callback"))
        else:
            client = home_assistant.client
            entry_id = await add_by_oauth2(client, account, EVERYTHING)
            await until_complete(client, entry_id, simulator)
            await make_dashboard(client)
            print(_LOOK)
        living = asyncio.create_task(live(simulator.world, simulator.events, _SOMETHING_EVERY))
        print(f"Everything is ready. The log is in {home_assistant.printed}. Ctrl-C stops everything.", flush=True)
        await stop.wait()
        print("Stopping ...", flush=True)
        living.cancel()
