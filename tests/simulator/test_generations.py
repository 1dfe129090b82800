"""Simulated cameras of each generation of AXIS OS have the calls of theirs, and no others."""

from typing import Final

import pytest

from simulator.generations import GENERATIONS

from .camera_site import SERIAL, camera_site

#: The first generation of the table that has a call.
_SINCE: Final = {
    "firmwaremanagement.cgi": "8.20",
    "basicdeviceinfo.cgi": "9.80",
    "apidiscovery.cgi": "9.80",
    "systemready.cgi": "9.80",
    "io/portmanagement.cgi": "9.80",
}


@pytest.mark.parametrize("generation", GENERATIONS)
async def test_calls(generation: str) -> None:
    names = list(GENERATIONS)
    camera = GENERATIONS[generation](SERIAL)
    async with camera_site(camera) as site:
        for path, since in _SINCE.items():
            async with site.session.post(site.url(path), json={"apiVersion": "1.0", "method": "none"}) as response:
                is_there = names.index(generation) >= names.index(since)
                assert response.status == (200 if is_there else 404), path
        async with site.session.get(site.url("media.cgi"), params={"resolution": "1x1"}) as response:
            # A resolution that it lacks is refused where there is the call.
            assert response.status == (404 if generation in {"5.51", "8.20"} else 400)
        for path in ("jpg/image.cgi", "io/port.cgi?checkactive=1"):
            async with site.session.get(site.url(path)) as response:
                assert response.status == 200
    assert camera.event_stream is (generation in {"10.12", "12.11"})
    assert camera.rtsp_websocket is (generation != "5.51")


@pytest.mark.parametrize("generation", GENERATIONS)
async def test_parameters(generation: str) -> None:
    async with camera_site(GENERATIONS[generation](SERIAL)) as site:
        query = {"action": "list", "group": "Brand,GuardTour,Image,Properties.Firmware"}
        async with site.session.get(site.url("param.cgi"), params=query) as response:
            text = await response.text()
    mixed = generation == "12.11"
    assert ("\r\n" in text) is mixed
    lines = text.split("\r\n" if mixed else "\n")
    assert "root.Brand.Brand=AXIS" in lines
    assert f"{'' if mixed else 'root.'}Image.I0.Enabled=yes" in lines
    assert f"root.Properties.Firmware.Version={site.camera.firmware}" in lines
