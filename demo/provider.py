"""The demo's simulated provider, with an application that has the address of this Home Assistant."""

from collections.abc import AsyncIterator, Sequence
import contextlib

from demo.household import household
from demo.sign_in import EVERYTHING, Account
from simulator import Simulator, Switches
from simulator.life import furnish

API_TOKEN_SCOPES = frozenset({*EVERYTHING, "configuration"})


@contextlib.asynccontextmanager
async def provider(
    home_assistants: Sequence[str],
    *,
    cameras: int = 4,
    port: int = 0,
    switches: Switches | None = None,
    timecode: bool = True,
) -> AsyncIterator[Simulator]:
    """A running provider with some cameras, whose application lets sign-ins return to these Home Assistants.

    timecode: whether pictures carry their time as a bar code, for checks to read; people would wonder what it is.
    """
    world = household(cameras)
    furnish(world)
    for camera in world.cameras.values():
        camera.timecode = timecode
    async with Simulator(switches or Switches(), cameras=world, port=port) as simulator:
        simulator.world.application.redirect_urls[:] = [f"{url}/auth/external/callback" for url in home_assistants]
        yield simulator


def account_of(simulator: Simulator, name: str = "owner") -> Account:
    """An account at the simulated provider: the owner's, or the guest's."""
    account = simulator.world.accounts[name]
    application = simulator.world.application
    return Account(
        url=simulator.url,
        device_pattern=simulator.device_pattern,
        username=account.username,
        password=account.password,
        client_id=application.client_id,
        client_secret=application.client_secret,
    )
