"""What `scripts/check-account` says, in every position of the switches: the truth, and nothing that is secret."""

import asyncio
import os
from pathlib import Path
import sys

import pytest

from account_check.checking import Account, AccountCheck, Report, open_session
from account_check.report import rows
from account_check.schema import differences
from custom_components.netrex.cloud import DevicePattern, Provider
from custom_components.netrex.cloud.schema import SchemaOutline
from simulator import Simulator, Switches, World
from tests.component.listening import nothing_is_going_on
from tests.observed_days import DAYS, Day
from tests.secrets_in_logs import leaks

_ROOT = Path(__file__).parents[2]
#: Runs the command, and says what it opened to write, and whether Home Assistant was imported.
_WATCHED = """
import runpy, sys
written = []
def hear(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        written.append(str(arguments[0]))
sys.addaudithook(hear)
try:
    runpy.run_module("account_check", run_name="__main__")
finally:
    print("written:", written, "imported:", sorted({"homeassistant", "simulator"} & set(sys.modules)))
"""


async def checked(simulator: Simulator, token: str, *, oauth: bool = False, recording: bool = False) -> Report:
    account = Account(
        Provider.parse(simulator.url), DevicePattern(simulator.device_pattern), token, oauth=oauth, recording=recording
    )
    async with open_session() as session:
        return await AccountCheck(session, account, lambda _step: None).run()


def world_of(day: Day) -> World:
    world = World.with_cameras(1)
    (camera,) = world.cameras.values()
    camera.login_level = day.login_level  # type: ignore[assignment]
    world.accounts["guest"].sees = frozenset({world.camera_nodes()[0].node_id})
    return world


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.name)
async def test_it_tells_the_truth(day: Day) -> None:
    async with Simulator(day.switches(), world_of(day)) as simulator:
        nothing_is_going_on(simulator, "motion")
        token = simulator.api_token("guest" if "guest_top_is_null" in day.positions else "owner")
        report = await checked(simulator, token, recording=True)
        told = {key: seen.replace(", ", "+") for key, _id, _state, seen in rows(report)}
        expected = {**day.seen, **day.by_script}
        assert {key: told[key] for key in expected} == expected


@pytest.mark.parametrize("takes", [True, False])
async def test_token_of_a_sign_in_at_cameras(*, takes: bool) -> None:
    async with Simulator(Switches(device_connect_takes_oauth=takes), World.with_cameras(1)) as simulator:
        # To a camera, an API token without its permission is like a sign-in's that it doesn't take.
        token = simulator.api_token(scopes={"read", "configuration"} if takes else {"read", "liveview"})
        report = await checked(simulator, token, oauth=True)
        told = {key: seen for key, _id, _state, seen in rows(report)}
        assert told["sign_in_at_cameras"] == ("accepted" if takes else "refused")


async def test_it_only_reads() -> None:
    async with Simulator(Switches(), World.demo(4)) as simulator:
        await checked(simulator, simulator.api_token())
        asked = {kind for kind in simulator.counters if kind.startswith(("graphql:", "oauth2", "vapix"))}
        assert asked <= {
            *(f"graphql:{field}" for field in ("nodeList", "cameraList", "__schema", "camera", "statisticData")),
            *(
                f"vapix:{call}"
                for call in (
                    "basicdeviceinfo",
                    "firmwaremanagement",
                    "media",
                    "ws-data-stream",
                    "services",
                    "rtsp-over-websocket",
                )
            ),
        }


async def test_a_host_that_is_not_there() -> None:
    async with Simulator(Switches(), World.with_cameras(1)) as simulator:
        token = simulator.api_token()
        await simulator.stop()
        report = await checked(simulator, token)
        assert report.steps["nodes"] == "TransientError"
        assert {state for _key, _id, state, _seen in rows(report)} == {"not_met"}


async def test_the_command_writes_nothing_and_shows_no_secret() -> None:
    async with Simulator(Switches(serial_field="mac"), World.demo(3)) as simulator:
        token = simulator.api_token()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-B", "-c", _WATCHED),
            cwd=_ROOT,
            env={
                "PATH": os.environ["PATH"],
                "NETREX_HOST": simulator.url,
                "NETREX_CAMERAS": simulator.device_pattern,
                "NETREX_TOKEN": token,
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        shown = (out + err).decode()
        assert process.returncode == 0, shown
        names = {node.name for node in simulator.world.nodes.values()} - {"guest"}
        assert not leaks(shown, {token, *simulator.issued_secrets(), *simulator.world.cameras} | names)
        assert "written: [] imported: []" in shown
        assert "| grant_type " in shown
        assert "| serial_field " in shown
        assert "+ Camera.mac: String" in shown


def test_what_a_schema_lacks_and_what_is_otherwise() -> None:
    outline = SchemaOutline(
        "Query",
        "Mutation",
        {
            "Query": {
                "nodeList(type: NodeType, first: Int)": "[Node!]!",
                "camera(node_id: ID!)": "Camera",
                "liveView(node_id: Int!)": "LiveView",
            },
            "Node": {"node_id": "ID!", "parent_node_id": "Int", "type": "NodeType", "name": "String"},
            "Camera": {"recordings(from: Int!, to: Int!)": "[Recording!]", "model": "String"},
            "Recording": {"recording_id": "String!", "duration": "Float", "outputs": "[Output]"},
            "Output": {"height": "Int!"},
            "Mutation": {"recordingPrepare(recording_id: String!, height: Int!)": "Boolean", "ptz": "Boolean"},
        },
    )
    found = differences(outline)
    assert found == [
        "+ Query.nodeList(first): Int",
        "~ Node.node_id: ID!, documented: Int",
        "- Node.external_id",
        "- Query.cameraList",
        "~ Query.camera(node_id): ID!, documented: Int",
        "~ Recording.duration: Float, documented: Int",
        "- Recording.download_url",
        "+ Camera.model: String",
        "- Query.recording",
        "- Query.statisticData",
        "- Query.statisticDataMetric",
        "- Query.statisticDataMetricByGranularity",
        "+ Query.liveView(node_id: Int!): LiveView",
        "+ Mutation.ptz: Boolean",
    ]
    assert differences(SchemaOutline())[0] == "- Query.nodeList"
