"""Analytics, ports and disks, asked as VX-APP, VX-PORT, VX-DISK and VX-PARAM say."""

import asyncio
from typing import Any
from xml.etree import ElementTree as ET

from axis.models.port_management import PortConfiguration, Sequence
import pytest

from simulator.equipment import Disk, Port, Profile, Scenario, Temperatures
from simulator.world import Camera
from tests.simulator.camera_site import SERIAL, CameraSite, camera_site
from tests.simulator.test_camera_axis_library import axis_device

OBJECTS, MOTION, PORTS = "local/objectanalytics/control.cgi", "local/vmd/control.cgi", "axis-cgi/io/portmanagement.cgi"


def equipped(**rest: Any) -> Camera:
    return Camera(
        SERIAL,
        "Vchod",
        **{
            "ports": [
                Port("Dveře", usage="Door", state="closed"),
                Port("Siréna", direction="output"),
                Port("Tlačítko", usage="Button", normal_state="closed", readonly=True, configurable=False),
            ],
            "scenarios": [Scenario(1, "Branka", classes=("human", "vehicle")), Scenario(4, "Plot", "fence", device=2)],
            "motion_profiles": [Profile(2, "Dvůr")],
            "card": True,
            **rest,
        },
    )


def address(site: CameraSite, path: str) -> str:
    return site.url("").removesuffix("axis-cgi/") + path


async def call(site: CameraSite, path: str, method: str, version: str = "1.0", **rest: object) -> dict[str, Any]:
    request = {"apiVersion": version, "method": method, **rest}
    async with site.session.post(address(site, path), json=request) as response:
        assert (response.status, response.content_type) == (200, "application/json")
        answer: dict[str, Any] = await response.json()
        return answer


async def set_ports(site: CameraSite, *ports: dict[str, object]) -> dict[str, Any]:
    return await call(site, PORTS, "setPorts", params={"ports": list(ports)})


async def fetch(site: CameraSite, path: str, query: dict[str, str] | None = None) -> tuple[int, str, str]:
    async with site.session.get(site.url(path), params=query) as response:
        return response.status, response.content_type, await response.text()


async def elements(site: CameraSite, path: str, query: dict[str, str], tag: str) -> list[dict[str, str]]:
    status, content_type, text = await fetch(site, path, query)
    assert (status, content_type) == (200, "text/xml")
    return [element.attrib for element in ET.fromstring(text).iter(tag)]  # noqa: S314 - the simulator's own


# --- analytics ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
async def test_object_analytics_tells_its_scenarios(version: str) -> None:
    async with camera_site(equipped()) as site:
        answer = await call(site, OBJECTS, "getConfiguration", version, context="here", params={})
        assert (answer["method"], answer["context"]) == ("getConfiguration", "here")
        first, second = answer["data"]["scenarios"]
        assert (first["id"], first["name"], first["type"], first["devices"]) == (1, "Branka", "motion", [{"id": 1}])
        assert first["objectClassifications"] == [{"type": "human"}, {"type": "vehicle"}]
        assert (second["id"], second["type"], second["devices"]) == (4, "fence", [{"id": 2}])
        site.camera.scenarios[0].name = "Vrata"
        changed = await call(site, OBJECTS, "getConfiguration", version)
        assert changed["data"]["scenarios"][0]["name"] == "Vrata"


async def test_motion_detection_tells_its_profiles() -> None:
    async with camera_site(equipped(channels=2)) as site:
        data = (await call(site, MOTION, "getConfiguration", "1.2"))["data"]
        assert [(each["uid"], each["name"], each["camera"]) for each in data["profiles"]] == [(2, "Dvůr", 1)]
        assert [each["id"] for each in data["cameras"]] == [1, 2]


@pytest.mark.parametrize(
    ("params", "code"), [({"scenario": 4}, None), ({"scenario": 2}, 2004), ({"scenario": "4"}, 2004), ({}, 2003)]
)
async def test_a_test_alarm_is_for_a_scenario_that_is_there(params: dict[str, object], code: int | None) -> None:
    async with camera_site(equipped()) as site:
        answer = await call(site, OBJECTS, "sendAlarmEvent", params=params)
        assert answer.get("data") == ({} if code is None else None)
        assert answer.get("error", {}).get("code") == code


@pytest.mark.parametrize(
    ("path", "method", "version", "code"),
    [
        (OBJECTS, "getConfiguration", "1.3", 2000),
        (OBJECTS, "getNothing", "1.0", 2005),
        (MOTION, "getConfiguration", "2.0", "2000"),
        (MOTION, "getConfiguration", "1.1", "2000"),
        (MOTION, "sendAlarmEvent", "1.3", "2005"),
        (PORTS, "getPorts", "2.0", 2100),
        (PORTS, "getNothing", "1.0", 2102),
    ],
)
async def test_each_has_its_own_error_codes(path: str, method: str, version: str, code: int | str) -> None:
    async with camera_site(equipped()) as site:
        answer = await call(site, path, method, version)
        assert answer["error"]["code"] == code
        assert "data" not in answer


@pytest.mark.parametrize(
    ("path", "versions", "no_json", "not_posted"),
    [
        (OBJECTS, ["1.2"], 1000, 2002),
        (MOTION, ["1.3"], "1000", "2002"),
        (PORTS, ["1.0"], 2101, 2101),
    ],
)
async def test_each_answers_without_version_and_refuses_what_is_no_call(
    path: str, versions: list[str], no_json: int | str, not_posted: int | str
) -> None:
    async with camera_site(equipped()) as site:
        url = address(site, path)
        async with site.session.post(url, json={"method": "getSupportedVersions"}) as response:
            assert (await response.json())["data"] == {"apiVersions": versions}
        async with site.session.post(url, data=b"{") as response:
            assert (await response.json())["error"]["code"] == no_json
        async with site.session.get(url) as response:
            assert (await response.json())["error"]["code"] == not_posted


@pytest.mark.parametrize("verb", ["GET", "POST"])
async def test_the_list_of_apps_holds_those_that_have_something_to_do(verb: str) -> None:
    async with camera_site(equipped(motion_profiles=[])) as site:

        async def apps() -> list[tuple[str | None, str | None]]:
            async with site.session.request(verb, site.url("applications/list.cgi")) as response:
                assert (response.status, response.content_type) == (200, "text/xml")
                reply = ET.fromstring(await response.text())  # noqa: S314 - the simulator's own
            assert (reply.tag, reply.get("result")) == ("reply", "ok")
            return [(app.get("Name"), app.get("Status")) for app in reply]

        assert await apps() == [("objectanalytics", "Running")]
        site.camera.motion_profiles.append(Profile(1, "Dvůr"))
        assert await apps() == [("objectanalytics", "Running"), ("vmd", "Running")]


# --- ports -------------------------------------------------------------------------------------------


async def test_ports_count_from_0() -> None:
    async with camera_site(equipped()) as site:
        data = (await call(site, PORTS, "getPorts"))["data"]
        assert data["numberOfPorts"] == 3
        door, siren, button = data["items"]
        assert door == {
            "port": "0",
            "state": "closed",
            "configurable": True,
            "usage": "Door",
            "direction": "input",
            "name": "Dveře",
            "normalState": "open",
        }
        assert (siren["port"], siren["direction"], "readonly" in siren) == ("1", "output", False)
        assert (button["port"], button["configurable"], button["readonly"]) == ("2", False, True)


async def test_ports_are_set() -> None:
    async with camera_site(equipped()) as site:
        assert (await set_ports(site, {"port": "1", "state": "closed"}))["data"] == {"ports": ["1"]}
        assert site.camera.ports[1].state == "closed"
        # The state is taken because the direction of the same call is.
        become = {
            "port": "0",
            "state": "open",
            "direction": "output",
            "name": "Zámek",
            "usage": "",
            "normalState": "closed",
        }
        assert (await set_ports(site, become))["data"] == {"ports": ["0"]}
        assert site.camera.ports[0] == Port("Zámek", "output", "", "open", "closed")


async def test_what_cannot_be_set_does_not_hinder_the_rest() -> None:
    async with camera_site(equipped()) as site:
        answer = await set_ports(
            site,
            {"port": "0", "state": "open", "name": "Okno"},
            {"port": "1", "state": "ajar", "normalState": 7},
            {"port": "2", "name": "Zvonek"},
            {"port": "7", "name": "Nic"},
            {"port": "1", "usage": "Siren"},
        )
        error = answer["error"]
        assert (error["code"], error["details"]) == (2104, {"port": "0", "propertyName": "state"})
        assert [(each["details"]["port"], each["details"]["propertyName"]) for each in error["errors"]] == [
            ("0", "state"),
            ("1", "normalState"),
            ("1", "state"),
            ("2", "name"),
            ("7", "port"),
        ]
        assert [(port.name, port.usage, port.state) for port in site.camera.ports] == [
            ("Okno", "Door", "closed"),
            ("Siréna", "Siren", "open"),
            ("Tlačítko", "Button", "open"),
        ]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, 2103),
        ({"ports": "1"}, 2103),
        ({"ports": [{"port": "0", "name": "x"}, {"name": "y"}]}, 2103),
        ({"ports": [{"port": "0", "name": "x"}, 7]}, 2103),
        ({"ports": [{"port": "0", "name": "x"}] * 257}, 2104),
    ],
)
async def test_a_call_that_names_no_port_sets_nothing(params: dict[str, object], code: int) -> None:
    async with camera_site(equipped()) as site:
        assert (await call(site, PORTS, "setPorts", params=params))["error"]["code"] == code
        assert site.camera.ports[0].name == "Dveře"


CLOSED = {"state": "closed", "time": 1000}


async def becomes(port: Port, state: str) -> None:
    async with asyncio.timeout(30):
        while port.state != state:
            await asyncio.sleep(0.005)


async def test_an_output_ends_as_its_sequence_does() -> None:
    async with camera_site(equipped()) as site:
        siren = site.camera.ports[1]
        steps = [{"state": "closed", "time": 100}, {"state": "open", "time": 0}]
        answer = await call(site, PORTS, "setStateSequence", params={"port": "1", "sequence": steps})
        assert answer["data"] == {"port": "1"}
        # At once, not at the end.
        assert siren.state == "closed"
        again = await call(site, PORTS, "setStateSequence", params={"port": "1", "sequence": steps})
        assert again["error"]["code"] == 2200
        await becomes(siren, "open")
        stays = {"port": "1", "sequence": [{"state": "closed", "time": 0}]}
        assert (await call(site, PORTS, "setStateSequence", params=stays))["data"] == {"port": "1"}
        assert siren.state == "closed"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"sequence": [CLOSED]}, 2103),
        ({"port": "1"}, 2103),
        ({"port": "0", "sequence": [CLOSED]}, 2104),
        ({"port": "9", "sequence": [CLOSED]}, 2104),
        ({"port": "1", "sequence": []}, 2104),
        ({"port": "1", "sequence": [CLOSED, 7]}, 2104),
        ({"port": "1", "sequence": [CLOSED, {"state": "ajar", "time": 0}]}, 2104),
        ({"port": "1", "sequence": [{"state": "closed", "time": 65536}]}, 2104),
    ],
)
async def test_sequences_that_cannot_be(params: dict[str, object], code: int) -> None:
    async with camera_site(equipped()) as site:
        assert (await call(site, PORTS, "setStateSequence", params=params))["error"]["code"] == code
        assert site.camera.ports[1].state == "open"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"check": "1,2"}, "port1=1\r\nport2=0\r\n"),
        ({"checkactive": "1,2,3"}, "port1=active\r\nport2=inactive\r\nport3=active\r\n"),
        ({"checkdirection": "2"}, "port2=output\r\n"),
        ({"check": "0,4,x,3"}, "port3=0\r\n"),
    ],
)
async def test_old_call_for_ports_counts_from_1(query: dict[str, str], text: str) -> None:
    async with camera_site(equipped()) as site:
        assert await fetch(site, "io/port.cgi", query) == (200, "text/plain", text)


@pytest.mark.parametrize(
    ("action", "state"),
    [("2:/", "closed"), ("2:\\", "open"), ("2:/30\\", "open"), ("2:\\30/30\\50/", "closed")],
)
@pytest.mark.parametrize("normal", ["open", "closed"])
async def test_old_call_leaves_an_output_as_the_action_ends(action: str, state: str, normal: str) -> None:
    async with camera_site(equipped()) as site:
        siren = site.camera.ports[1]
        siren.normal_state = normal
        assert await fetch(site, "io/port.cgi", {"action": action}) == (200, "text/plain", "")
        if "0" in action:
            # Until the action is over: its state before is that of its end.
            await asyncio.sleep(0.15)
        await becomes(siren, state if normal == "open" else {"open": "closed", "closed": "open"}[state])


async def test_a_new_action_ends_one_that_runs() -> None:
    async with camera_site(equipped()) as site:
        siren = site.camera.ports[1]
        assert (await fetch(site, "io/port.cgi", {"action": "2:/50\\"}))[0] == 200
        assert (await fetch(site, "io/port.cgi", {"action": "2:/"}))[0] == 200
        # By then the first action would have ended.
        await asyncio.sleep(0.1)
        assert siren.state == "closed"


@pytest.mark.parametrize(
    "query", [{"action": "1:/"}, {"action": "9:/"}, {"action": "0:/"}, {"action": "2:"}, {"monitor": "1"}]
)
async def test_old_call_refuses_what_it_cannot_do(query: dict[str, str]) -> None:
    async with camera_site(equipped()) as site:
        assert (await fetch(site, "io/port.cgi", query))[0] == 400
        assert [port.state for port in site.camera.ports] == ["closed", "open", "open"]


async def test_ports_are_parameters_too() -> None:
    async with camera_site(equipped()) as site:
        _, _, text = await fetch(site, "param.cgi", {"action": "list", "group": "Input,Output,IOPort"})
        lines = set(text.splitlines())
        assert {"root.Input.NbrOfInputs=2", "root.Output.NbrOfOutputs=1"} <= lines
        assert {
            "root.IOPort.I0.Configurable=yes",
            "root.IOPort.I0.Direction=input",
            "root.IOPort.I0.Usage=Door",
            "root.IOPort.I0.Input.Name=Dveře",
            "root.IOPort.I0.Input.Trig=closed",
            "root.IOPort.I0.Output.Name=Output 1",
            "root.IOPort.I1.Direction=output",
            "root.IOPort.I1.Output.Name=Siréna",
            "root.IOPort.I1.Output.Active=closed",
            "root.IOPort.I2.Configurable=no",
            "root.IOPort.I2.Input.Trig=open",
        } <= lines
        assert not any(line.startswith("root.IOPort.I2.Output") for line in lines)


@pytest.mark.parametrize(("managed", "listed"), [(True, ["io-port-management"]), (False, [])])
async def test_an_old_camera_has_the_old_call_only(managed: bool, listed: list[str]) -> None:
    async with camera_site(equipped(port_management=managed)) as site:
        found = await call(site, "axis-cgi/apidiscovery.cgi", "getApiList", params={"id": "io-*"})
        assert [api["id"] for api in found["data"]["apiList"]] == listed
        async with site.session.post(address(site, PORTS), json={"method": "getSupportedVersions"}) as response:
            assert response.status == (200 if managed else 404)
        assert (await fetch(site, "io/port.cgi", {"check": "1"}))[2] == "port1=1\r\n"
        _, _, text = await fetch(site, "param.cgi", {"action": "list", "group": "IOPort.I1.Output.Name"})
        assert text == "root.IOPort.I1.Output.Name=Siréna\n"


# --- disks -------------------------------------------------------------------------------------------


async def test_disks_and_their_wear() -> None:
    share = Disk("NetworkShare", 1000, 0, "disconnected", wear=-1)
    async with camera_site(equipped(disks=[Disk(wear=25), share])) as site:
        card, other = await elements(site, "disks/list.cgi", {"diskid": "all"}, "disk")
        assert (card["diskid"], card["totalsize"], card["freesize"]) == ("SD_DISK", "62521344", "31000000")
        assert (card["status"], card["full"], card["cleanuppolicy"]) == ("OK", "no", "fifo")
        assert (other["diskid"], other["status"], other["full"]) == ("NetworkShare", "disconnected", "yes")
        assert await elements(site, "disks/list.cgi", {"diskid": "NetworkShare"}, "disk") == [other]
        assert await elements(site, "disks/list.cgi", {"diskid": "NetworkShare"}, "disks") == [{"numberofdisks": "1"}]
        assert await elements(site, "disks/list.cgi", {"diskid": "SD_DISK2"}, "disks") == [{"numberofdisks": "0"}]
        for disk_id, wear in (("SD_DISK", "25"), ("NetworkShare", "-1")):
            expected = [{"diskid": disk_id, "wear": wear}]
            assert await elements(site, "disks/gethealth.cgi", {"diskid": disk_id}, "HealthStatus") == expected


async def test_a_card_is_a_disk() -> None:
    async with camera_site(equipped(card_wear=7)) as site:
        assert len(await elements(site, "disks/list.cgi", {"diskid": "all"}, "disk")) == 1
        found = await elements(site, "disks/gethealth.cgi", {"diskid": "SD_DISK"}, "HealthStatus")
        assert found == [{"diskid": "SD_DISK", "wear": "7"}]


# --- who may, and who has nothing of it --------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "codes", "disks"),
    [
        ("viewer", {OBJECTS: 2001, MOTION: "2001", PORTS: 2105}, 401),
        ("operator", {OBJECTS: None, MOTION: "2001", PORTS: None}, 200),
        ("administrator", {OBJECTS: None, MOTION: None, PORTS: None}, 200),
    ],
)
async def test_levels(level: str, codes: dict[str, object], disks: int) -> None:
    async with camera_site(equipped(login_level=level)) as site:
        answers = {
            OBJECTS: await call(site, OBJECTS, "getConfiguration"),
            MOTION: await call(site, MOTION, "getConfiguration", "1.3"),
            PORTS: await set_ports(site, {"port": "1", "state": "closed"}),
        }
        assert {path: answer.get("error", {}).get("code") for path, answer in answers.items()} == codes
        assert site.camera.ports[1].state == ("open" if level == "viewer" else "closed")
        for path in ("disks/list.cgi", "disks/gethealth.cgi"):
            assert (await fetch(site, path, {"diskid": "all"}))[0] == disks
        # Everybody sees and switches ports; their parameters are not everybody's.
        assert (await call(site, PORTS, "getPorts"))["data"]["numberOfPorts"] == 3
        sequence = {"port": "1", "sequence": [CLOSED]}
        assert (await call(site, PORTS, "setStateSequence", params=sequence))["data"] == {"port": "1"}
        _, _, text = await fetch(site, "param.cgi", {"action": "list", "group": "Input"})
        assert text == "root.Input.NbrOfInputs=2\n"
        _, _, text = await fetch(site, "param.cgi", {"action": "list", "group": "IOPort"})
        assert text.startswith("# Error" if level == "viewer" else "root.IOPort.I0.")


async def test_a_camera_without_all_this() -> None:
    async with camera_site() as site:
        for path in (OBJECTS, MOTION, PORTS):
            async with site.session.post(address(site, path), json={"method": "getSupportedVersions"}) as response:
                assert (response.status, response.content_type) == (404, "text/html")
        for path in ("io/port.cgi?check=1", "disks/list.cgi?diskid=all", "disks/gethealth.cgi?diskid=SD_DISK"):
            assert (await fetch(site, path))[:2] == (404, "text/html")
        status, _, text = await fetch(site, "applications/list.cgi")
        assert (status, "application " in text) == (200, False)
        _, _, text = await fetch(site, "param.cgi", {"action": "list", "group": "Input.NbrOfInputs,IOPort"})
        assert len(text.splitlines()) == 2
        assert all(line.startswith("# Error") for line in text.splitlines())


# --- PyPI `axis` -------------------------------------------------------------------------------------


async def test_the_library_reads_and_sets_all_this() -> None:
    async with camera_site(equipped(), at_root=True) as site:
        vapix = axis_device(site.session, site.port).vapix
        await vapix.initialize()
        assert {name: app.status for name, app in vapix.applications.items()} == {
            "objectanalytics": "Running",
            "vmd": "Running",
        }
        scenarios = vapix.object_analytics["0"].scenarios
        assert {number: (each.name, each.type) for number, each in scenarios.items()} == {
            "1": ("Branka", "motion"),
            "4": ("Plot", "fence"),
        }
        assert {number: each.name for number, each in vapix.vmd4["0"].profiles.items()} == {"2": "Dvůr"}
        ports = vapix.io_port_management
        assert [(port.id, port.name, port.direction, port.configurable) for port in ports.values()] == [
            ("0", "Dveře", "input", True),
            ("1", "Siréna", "output", True),
            ("2", "Tlačítko", "input", False),
        ]
        await ports.close("1")
        assert (await ports.get_ports())["1"].state == "closed"
        await ports.set_ports([PortConfiguration("1", name="Maják")])
        await ports.set_state_sequence("1", [Sequence("closed", 50), Sequence("open", 0)])
        assert site.camera.ports[1].name == "Maják"
        await becomes(site.camera.ports[1], "open")


async def test_the_library_reads_temperatures_heaters_and_fans() -> None:
    given = Temperatures({"Main": 12.5}, ["Running[85%]"], ["Fan Failure"])
    async with camera_site(equipped(temperatures=given), at_root=True) as site:
        control = axis_device(site.session, site.port).vapix.temperature_control
        await control.update()
        (sensor,) = control.sensors.values()
        assert (sensor.name, sensor.celsius, sensor.fahrenheit) == ("Main", 12.5, 54.5)
        (heater,), (fan,) = control.heaters.values(), control.fans.values()
        assert (heater.status, heater.intensity, fan.status) == ("running", 85, "failure")


async def test_the_library_falls_back_to_parameters_on_an_old_camera() -> None:
    async with camera_site(equipped(port_management=False), at_root=True) as site:
        vapix = axis_device(site.session, site.port).vapix
        await vapix.initialize()
        assert not vapix.io_port_management.initialized
        found = {port.id: (port.name, port.direction) for port in vapix.params.io_port_handler.values()}
        assert found == {"0": ("Dveře", "input"), "1": ("Siréna", "output"), "2": ("Tlačítko", "input")}
        await vapix.port_cgi.close("1")
        assert site.camera.ports[1].state == "closed"
        await vapix.port_cgi.open("1")
        assert site.camera.ports[1].state == "open"
