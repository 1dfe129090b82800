"""The integration's own dashboard, made as a person makes it in "Add dashboard", and the first page of the demo."""

from collections.abc import Iterator

from demo.client import Client
from demo.figures import choose_figures
from demo.json_value import Json, items, text
from demo.sign_in import cameras as cameras_of
from demo.waiting import until
from simulator import Simulator, World

STRATEGY: Json = {"strategy": {"type": "custom:netrex"}}
_PATH = "netrex-cameras"


async def make_dashboard(client: Client) -> str:
    """Make the dashboard and everybody's start page of it; give its path. It follows the accounts by itself."""
    async with client.websocket() as socket:
        await socket.command(
            "lovelace/dashboards/create",
            url_path=_PATH,
            title="Cameras",
            icon="mdi:cctv",
            show_in_sidebar=True,
            require_admin=False,
            mode="storage",
        )
        await socket.command("lovelace/config/save", url_path=_PATH, config=STRATEGY)
        await socket.command("frontend/set_system_data", key="core", value={"default_panel": _PATH})
    return f"/{_PATH}"


async def until_complete(client: Client, entry_id: str, simulator: Simulator) -> None:
    """Choose figures, whose past is fetched from then on, and wait for all that the household has.

    The account may do everything.
    """
    await until(lambda: cameras_of(client, entry_id), "the cameras")
    await choose_figures(client, entry_id, [simulator.world.node_named("Shop").node_id])
    endings = set(_endings(simulator.world))

    async def there() -> bool:
        listed = [text(each, "entity_id") for each in items(await client.rest("GET", "/api/states"))]
        return all(any(each.endswith(ending) for each in listed) for ending in endings)

    await until(there, "what the cameras have")


def _endings(world: World) -> Iterator[str]:
    """Names of the entities that exist once the equipment of a camera has been read."""
    for node in world.camera_nodes():
        camera = world.cameras[node.serial or ""]
        # Of a camera that nobody knows the serial number of, nothing is known.
        if node.external_id is not None:
            yield from ("_preset",) * (camera.head is not None)
            yield from ("_infrared_light",) * bool(camera.lights)
            yield from ("_speaker",) * (camera.speaker is not None)
            yield from ("_siren",) * bool(camera.ports)
