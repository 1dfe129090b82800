"""Answers in the shapes that devices of several generations really send; names and numbers are made up."""

import json

import pytest

from custom_components.netrex.vapix import (
    Axis,
    DeviceIdentity,
    LightKind,
    Motion,
    Output,
    Port,
    RequestError,
)
from simulator.faults import Fault
from simulator.head import Head
from tests.camera_site import CameraSite

_MOVES = [f"{motion}{axis}" for motion in ("Absolute", "Relative", "Continuous") for axis in ("Pan", "Tilt", "Zoom")]
#: A dome of AXIS OS 5.5x: all that it turns with is in its parameters.
_DOME = "\n".join(
    (
        *("root.Brand.ProdNbr=Q6032", "root.Image.NbrOfConfigs=1", "root.Input.NbrOfInputs=4"),
        *(f"root.IOPort.I{number}.Direction=input" for number in range(4)),
        *(f"root.IOPort.I{number}.Output.Name=Output {number + 1}" for number in range(4)),
        *("root.Output.NbrOfOutputs=0", "root.Properties.Firmware.Version=5.55.1"),
        *("root.Properties.Image.Format=jpeg,mjpeg,h264,bitmap", "root.Properties.Image.Resolution=4CIF,2CIF,CIF"),
        *(
            "root.Properties.PTZ.PTZ=yes",
            "root.Properties.PTZ.DigitalPTZ=no",
            "root.PTZ.ImageSource.I0.PTZEnabled=true",
        ),
        *(f"root.PTZ.Support.S1.{each}=true" for each in (*_MOVES, "AutoFocus", "IrCutFilter")),
        *("root.PTZ.Support.S1.AutoIris=false", "root.PTZ.Various.V1.CtlQueueing=false"),
        *(f"root.PTZ.Various.V1.{each}Enabled=true" for each in ("Pan", "Tilt", "Zoom", "Focus")),
        "root.PTZ.Preset.P0.Position.P1.Data=tilt=24000:pan=19200:zoom=1",
    )
)
#: An intercom: a port has settings for both directions, and says which it has.
_INTERCOM = """\
root.Input.NbrOfInputs=2
root.IOPort.I0.Direction=input
root.IOPort.I0.Usage=Button
root.IOPort.I1.Configurable=no
root.IOPort.I1.Direction=input
root.IOPort.I1.Input.Name=Motion
root.IOPort.I1.Input.Trig=closed
root.IOPort.I2.Direction=input
root.IOPort.I2.Output.Active=closed
root.IOPort.I2.Output.Name=Output 2
root.IOPort.I3.Direction=output
root.IOPort.I3.Usage=Lock
root.IOPort.I3.Output.Active=open
root.IOPort.I3.Output.Name=Gate
root.Output.NbrOfOutputs=1
"""


def _says(site: CameraSite, call: str, body: str, status: int = 200) -> None:
    site.faults.add(Fault(kind=f"vapix:{call}", status=status, body=body))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("root", ["root.", ""])
async def test_dome_of_an_old_generation(site: CameraSite, root: str, end: str) -> None:
    site.camera.head = Head()
    _says(site, "param", _DOME.replace("root.", root).replace("\n", end))
    client = site.client()
    parameters = (await client.properties()).parameters
    head = (await client.ptz.find(parameters))[1]
    assert head.moves == {(motion, axis) for motion in Motion for axis in Axis}
    assert (head.digital, head.autofocus) == (False, True)
    # Its head focuses, not a lens of its own.
    assert await client.optics.find(parameters) == ()
    assert await client.day_night.filter(parameters)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_ports_of_an_intercom(site: CameraSite, end: str) -> None:
    _says(site, "portmanagement", "<html>Not Found</html>", 404)
    _says(site, "param", _INTERCOM.replace("\n", end))
    _says(site, "port", f"port1=inactive{end}port2=active{end}port3=inactive{end}port4=active{end}")
    ports = await site.client().ports.list()
    assert [(port.number, port.is_input, port.active, port.usage) for port in ports] == [
        (0, True, False, "Button"),
        (1, True, True, ""),
        (2, True, False, ""),
        (3, False, True, "Lock"),
    ]
    assert await site.client().ports.outputs() == (Output(3, "Gate", normally_closed=True),)


async def test_ports_and_identity_of_a_panoramic_camera(site: CameraSite) -> None:
    item = {"configurable": False, "usage": "", "state": "open", "normalState": "open"}
    items = [
        {"port": "0", "name": "Alarm", "direction": "input", **item},
        {"port": "1", "name": "Lamp", "direction": "output", **item},
    ]
    data = {"numberOfPorts": 2, "items": items}
    _says(site, "portmanagement", json.dumps({"apiVersion": "1.1", "context": "x", "method": "getPorts", "data": data}))
    properties = {
        "Architecture": "armv7hf",
        "ProdNbr": "M4308",
        "ProdFullName": "AXIS M4308-PLE Panoramic Camera",
        "SocSerialNumber": "0-0-0-0",
        "Brand": "AXIS",
        "SerialNumber": "E82725ABCDEF",
        "ProdVariant": "",
        "Version": "10.12.240",
    }
    _says(site, "basicdeviceinfo", json.dumps({"apiVersion": "1.3", "data": {"propertyList": properties}}))
    assert await site.client().ports.list() == (
        Port(0, "Alarm", "", is_input=True, active=False),
        Port(1, "Lamp", "", is_input=False, active=False),
    )
    assert await site.client().device_identity() == DeviceIdentity(
        "E82725ABCDEF", "AXIS", "M4308", "AXIS M4308-PLE Panoramic Camera", "10.12.240"
    )


async def test_error_that_names_what_is_missing(site: CameraSite) -> None:
    error = {"code": 2103, "message": "Required parameter missing: 'port' not found", "details": {"missing": ["port"]}}
    _says(site, "portmanagement", json.dumps({"apiVersion": "1.1", "method": "setPorts", "error": error}))
    with pytest.raises(RequestError) as refused:
        await site.client().ports.switch(Output(1, "Lamp"), active=True)
    assert (refused.value.code, refused.value.words) == (2103, "Required parameter missing: 'port' not found")


@pytest.mark.parametrize("answer", [{"data": {"ports": ["4"]}}, {}, {"context": "x"}])
async def test_output_was_switched(site: CameraSite, answer: dict[str, object]) -> None:
    _says(site, "portmanagement", json.dumps({"apiVersion": "1.1", "method": "setPorts", **answer}))
    await site.client().ports.switch(Output(4, "Lamp"), active=True)
    assert not site.asked["vapix:port"]


async def test_lamp_whose_intensity_is_above_what_it_takes(site: CameraSite) -> None:
    """Recorded of several cameras: the valid range ends at a tenth of what they report."""
    item = {"lightID": "led0", "lightType": "IR", "lightState": True, "automaticIntensityMode": True, "nrOfLEDs": 1}
    abilities = ("automaticIntensitySupport", "manualIntensitySupport", "getCurrentIntensitySupport")
    _answers(site, {"items": [item]}, dict.fromkeys(abilities, True))
    _answers(site, {"ranges": [{"low": 0, "high": 120}]})
    client = site.client()
    (lamp,) = await client.lights.list()
    assert (lamp.light_id, lamp.kind, lamp.ranges) == ("led0", LightKind.INFRARED, ((1, 120),))
    _answers(site, {"items": [item]}, {"intensity": 1230})
    state = await client.lights.state(lamp)
    assert (state.on, state.automatic) == (True, True)
    assert state.intensity is not None
    assert lamp.part_of(state.intensity) == 1


async def test_camera_that_lists_lights_and_has_none(site: CameraSite) -> None:
    _says(site, "lightcontrol", '{"apiVersion":"1.0","error":{"code":1005,"message":"No light hardware found"}}')
    assert await site.client().lights.list() == ()


def _answers(site: CameraSite, *data: dict[str, object]) -> None:
    """Let the camera's lights answer the next calls, one after the other."""
    for each in data:
        body = json.dumps({"apiVersion": "1.0", "data": each})
        site.faults.add(Fault(kind="vapix:lightcontrol", status=200, body=body, times=1))
