"""Why a camera refuses, when it says so in the body of an answer with an error status; and what counts as done."""

from collections.abc import Awaitable, Callable

import pytest

from custom_components.netrex.vapix import (
    AuthError,
    BusyError,
    ForbiddenError,
    GoneError,
    IrCut,
    IrCutFilter,
    Light,
    LightKind,
    Output,
    RequestError,
    UnreachableError,
    VapixClient,
    VapixError,
)
from simulator.equipment import Alarm, Disk, Light as Lamp, Port
from simulator.faults import Fault
from simulator.head import Lens
from tests.camera_site import CameraSite

_LAMP = Light("led0", LightKind.INFRARED, ((1, 1000),), automatic=True, reports_intensity=True)
_GATE = Output(1, "Gate")
_JSON = '{"apiVersion": "1.1", "error": {"code": %s, "message": "Invalid value: \'port\'"}}'
_XML = (
    '<?xml version="1.0"?><X xmlns="http://www.axis.com/vapix/http_cgi/x1"><GeneralError>'
    "<ErrorCode>%s</ErrorCode><ErrorDescription>Invalid value</ErrorDescription></GeneralError></X>"
)

type Call = Callable[[VapixClient], Awaitable[object]]

#: What is commanded with JSON calls.
_COMMANDS: dict[str, Call] = {
    "switch": lambda camera: camera.ports.switch(_GATE, active=True),
    "pulse": lambda camera: camera.ports.pulse(_GATE, 100),
    "light on": lambda camera: camera.lights.turn_on(_LAMP),
    "light off": lambda camera: camera.lights.turn_off(_LAMP),
    "light intensity": lambda camera: camera.lights.set_intensity(_LAMP, 5),
    "light automatic": lambda camera: camera.lights.set_automatic(_LAMP, automatic=True),
    "siren on": lambda camera: camera.siren.start("siren", "Alarm Horror", seconds=5),
    "siren profile": lambda camera: camera.siren.start_profile("Thief"),
    "siren off": lambda camera: camera.siren.stop("siren"),
    "day and night": lambda camera: camera.day_night.set(IrCutFilter(("0",)), IrCut.ON),
    "focus": lambda camera: camera.optics.focus(("0",)),
    "restart": lambda camera: camera.restart(),
}
#: What is asked with JSON calls.
_QUESTIONS: dict[str, Call] = {
    "siren": lambda camera: camera.siren.state(),
    "light": lambda camera: camera.lights.state(_LAMP),
    "day and night": lambda camera: camera.day_night.state(IrCutFilter(("0",))),
    "lenses": lambda camera: camera.optics.find({}),
}
_XML_CALLS: dict[str, Call] = {
    "virtual input": lambda camera: camera.virtual_inputs.switch(1, active=True),
    "card": lambda camera: camera.card.wear("SD_DISK"),
}


@pytest.fixture(autouse=True)
def _equipped(site: CameraSite) -> None:
    site.camera.ports = [Port("Door"), Port("Gate", "output")]
    site.camera.lights, site.camera.alarm, site.camera.lens = [Lamp()], Alarm(), Lens()


def _refuse(site: CameraSite, body: str, status: int = 400) -> None:
    site.faults.add(Fault(kind="vapix:*", status=status, body=body))


async def _error(call: Call, client: VapixClient) -> VapixError:
    with pytest.raises(VapixError) as caught:
        await call(client)
    return caught.value


@pytest.mark.parametrize("call", [*_COMMANDS.values(), *_QUESTIONS.values()], ids=[*_COMMANDS, *_QUESTIONS])
@pytest.mark.parametrize("status", [400, 422, 500])
async def test_code_in_the_json_of_an_error_status(site: CameraSite, status: int, call: Call) -> None:
    _refuse(site, _JSON % 2104, status)
    error = await _error(call, site.client())
    assert isinstance(error, RequestError)
    assert (error.code, error.words) == (2104, "Invalid value: 'port'")


@pytest.mark.parametrize("call", _XML_CALLS.values(), ids=_XML_CALLS)
async def test_code_in_the_xml_of_an_error_status(site: CameraSite, call: Call) -> None:
    _refuse(site, _XML % 20)
    error = await _error(call, site.client())
    assert isinstance(error, RequestError)
    assert (error.code, error.words) == (20, "Invalid value")


async def test_text_of_an_error_status(site: CameraSite) -> None:
    _refuse(site, "Unknown device type\r\nor bad id.\n")
    error = await _error(lambda camera: camera.ptz.head(1).position(), site.client())
    assert isinstance(error, RequestError)
    assert error.words == "Unknown device type or bad id."
    assert "Unknown" not in str(error)


@pytest.mark.parametrize(
    ("code", "kind"), [(1100, BusyError), ("1100", BusyError), (2105, ForbiddenError), (2102, RequestError)]
)
async def test_code_means_the_same_with_any_status(site: CameraSite, code: object, kind: type[VapixError]) -> None:
    _refuse(site, _JSON % code)
    assert type(await _error(_QUESTIONS["siren"], site.client())) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AuthError), (403, ForbiddenError), (404, GoneError), (429, BusyError), (502, UnreachableError)],
)
async def test_status_about_access_or_of_the_proxy_stays_what_it_is(
    site: CameraSite, status: int, kind: type[VapixError]
) -> None:
    _refuse(site, _JSON % 2104, status)
    assert type(await _error(_COMMANDS["light on"], site.client())) is kind


@pytest.mark.parametrize(
    "body", ["", "<html><p>Bad Request</p></html>", "{", "[]", '{"error": "no"}', "<Error", "\0\1", "x" * 20_000]
)
@pytest.mark.parametrize(("status", "kind"), [(400, RequestError), (500, BusyError)])
async def test_body_that_says_nothing_leaves_the_status(
    site: CameraSite, body: str, status: int, kind: type[VapixError]
) -> None:
    _refuse(site, body or " ", status)
    error = await _error(_COMMANDS["light on"], site.client())
    assert type(error) is kind
    assert str(error) == f"HTTP status {status}"
    assert not isinstance(error, RequestError) or error.code is None


async def test_method_of_another_spelling_is_tried_when_the_status_says_error(site: CameraSite) -> None:
    site.faults.add(Fault(kind="vapix:opticscontrol", status=400, body=_JSON % 2102, times=1))
    site.faults.add(Fault(kind="vapix:opticscontrol", status=200, body='{"data": {}}'))
    await site.client().optics.focus(("0",))
    assert site.asked["vapix:opticscontrol"] == 2


@pytest.mark.parametrize("call", _COMMANDS.values(), ids=_COMMANDS)
@pytest.mark.parametrize(
    ("status", "body"),
    [(200, '{"apiVersion": "1.0", "context": "c"}'), (200, '{"data": null}'), (200, "\r\n"), (204, " ")],
    ids=["no data", "null", "no body", "204"],
)
async def test_command_that_was_done_is_not_reported_as_failed(
    site: CameraSite, status: int, body: str, call: Call
) -> None:
    _refuse(site, body, status)
    await call(site.client())


@pytest.mark.parametrize("call", _COMMANDS.values(), ids=_COMMANDS)
async def test_page_of_a_proxy_is_no_success_of_a_command(site: CameraSite, call: Call) -> None:
    _refuse(site, "<html>Welcome</html>", 200)
    assert str(await _error(call, site.client())) == "The answer is not JSON"


@pytest.mark.parametrize("call", _QUESTIONS.values(), ids=_QUESTIONS)
async def test_answer_without_data_says_nothing(site: CameraSite, call: Call) -> None:
    _refuse(site, '{"apiVersion": "1.0"}', 200)
    assert str(await _error(call, site.client())) == "The answer has no data"


@pytest.mark.parametrize("disk", ["SD_DISK", "NetworkShare", "SD_DISK2"])
async def test_wear_of_one_of_several_disks(site: CameraSite, disk: str) -> None:
    wears = {"NetworkShare": -3, "SD_DISK2": 40, "SD_DISK": 1}
    site.camera.disks = [Disk(name, wear=wear) for name, wear in wears.items()]
    site.camera.minds_disk_id = False
    wear = await site.client().card.wear(disk)
    assert wear == (wears[disk] if wears[disk] >= 0 else None)
    assert await site.client().card.wear("SD_DISK3") is None
