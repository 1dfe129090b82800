"""`param.cgi`: a camera's parameters as lines of text (VX-PARAM)."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from aiohttp import web

from simulator.world import Camera

from .audio_clips import clip_parameters
from .device_apis import STREAM_PROFILES
from .lights import light_parameters
from .ports import port_parameters
from .ptz_parameters import head_parameters, update_tour
from .speaker import speaker_parameters
from .temperature import temperature_parameters
from .virtual_inputs import virtual_input_parameters

_ROOT = "root."


def parameters_of(camera: Camera) -> dict[str, str]:
    """Return the parameters of a camera: the groups Brand, Properties, Image, StreamProfile, AudioSource and Audio."""
    parameters = {
        "Brand.Brand": "AXIS",
        "Brand.ProdFullName": camera.product_name,
        "Brand.ProdNbr": camera.model.removeprefix("AXIS "),
        "Brand.ProdShortName": camera.model,
        "Brand.ProdType": camera.product_name.removeprefix(camera.model).strip() or "Network Camera",
        "Brand.ProdVariant": "",
        "Brand.WebURL": "http://www.axis.com",
        "Properties.API.HTTP.AdminPath": "/",
        "Properties.API.HTTP.Version": "3",
        "Properties.API.Metadata.Metadata": "yes",
        "Properties.API.Metadata.Version": "1.0",
        "Properties.API.RTSP.RTSPAuth": "yes",
        "Properties.API.RTSP.Version": "2.01",
        "Properties.ApiDiscovery.ApiDiscovery": "yes",
        "Properties.Audio.Audio": "yes" if camera.audio else "no",
        "Properties.EmbeddedDevelopment.Version": "2.16",
        "Properties.Firmware.BuildDate": "Apr 25 2024 10:11",
        "Properties.Firmware.BuildNumber": "1",
        "Properties.Firmware.Version": camera.firmware,
        "Properties.Image.Format": "jpeg,mjpeg,h264",
        "Properties.Image.NbrOfViews": str(camera.channels),
        "Properties.Image.Resolution": ",".join(camera.resolutions),
        "Properties.Image.Rotation": "0,90,180,270",
        "Properties.PTZ.PTZ": "no",
        "Properties.System.Architecture": "aarch64",
        "Properties.System.HardwareID": "94F.2",
        "Properties.System.SerialNumber": camera.serial,
        "Properties.System.Soc": "Axis Artpec-8",
        "Image.NbrOfConfigs": str(camera.channels),
        "StreamProfile.MaxGroups": "26",
    }
    parameters |= port_parameters(camera) | virtual_input_parameters(camera)
    parameters |= clip_parameters(camera) | speaker_parameters(camera)
    parameters |= light_parameters(camera) | head_parameters(camera) | temperature_parameters(camera)
    if camera.card:
        names = ("LocalStorage", "SDCard", "ExportRecording")
        parameters |= {f"Properties.LocalStorage.{name}": "yes" for name in names}
    if camera.audio:
        parameters |= {
            "Properties.Audio.Format": "aac",
            "AudioSource.NbrOfSources": "1",
            "AudioSource.A0.AudioSupport": "yes",
            "Audio.A0.Enabled": "yes",
            "Audio.A0.NbrOfChannels": "1",
            "Audio.A0.Source": "0",
        }
    for number in range(camera.channels):
        parameters |= {f"Image.I{number}.{name}": value for name, value in _picture(camera, number).items()}
    for number, (name, description, settings) in enumerate(STREAM_PROFILES):
        parameters |= {
            f"StreamProfile.S{number}.Name": name,
            f"StreamProfile.S{number}.Description": description,
            f"StreamProfile.S{number}.Parameters": settings,
        }
    return parameters


def _picture(camera: Camera, number: int) -> Mapping[str, str]:
    return {
        "Enabled": "yes",
        "Name": camera.name if camera.channels == 1 else f"{camera.name} {number + 1}",
        "Source": "0",
        "Appearance.ColorEnabled": "yes",
        "Appearance.Compression": "30",
        "Appearance.MirrorEnabled": "no",
        "Appearance.Resolution": camera.resolutions[0],
        "Appearance.Rotation": "0",
        "MPEG.ICount": "1",
        "MPEG.PCount": "19",
        "MPEG.UserDataEnabled": "no",
        "MPEG.UserDataInterval": "1",
        "MPEG.ZChromaQPMode": "off",
        "MPEG.ZFpsMode": "fixed",
        "MPEG.ZGopMode": "fixed",
        "MPEG.ZMaxGopLength": "300",
        "MPEG.ZMinFps": "0",
        "MPEG.ZStrength": "10",
        "MPEG.H264.Profile": "high",
        "MPEG.H264.PSEnabled": "no",
        "Overlay.Enabled": "no",
        "Overlay.XPos": "0",
        "Overlay.YPos": "0",
        "Overlay.MaskWindows.Color": "black",
        "RateControl.MaxBitrate": "0",
        "RateControl.Mode": "vbr",
        "RateControl.Priority": "framerate",
        "RateControl.TargetBitrate": "0",
        "SizeControl.MaxFrameSize": "0",
        "Stream.Duration": "0",
        "Stream.FPS": "0",
        "Stream.NbrOfFrames": "0",
        "Text.BGColor": "black",
        "Text.ClockEnabled": "no",
        "Text.Color": "white",
        "Text.DateEnabled": "no",
        "Text.Position": "top",
        "Text.String": "",
        "Text.TextEnabled": "no",
        "Text.TextSize": "medium",
        "TriggerData.AudioEnabled": "yes",
        "TriggerData.MotionDetectionEnabled": "yes",
        "TriggerData.MotionLevelEnabled": "no",
        "TriggerData.TamperingEnabled": "yes",
        "TriggerData.UserTriggers": "",
    }


def answer(camera: Camera, query: Mapping[str, str]) -> web.Response:
    """Answer `param.cgi`: `action=list` with groups and wildcards; only guard tours can be changed here."""
    action = query.get("action")
    if action == "update":
        text = "".join(
            f"# Error: Error setting '{name}' to '{value}'!\n"
            for name, value in query.items()
            if name not in {"action", "responseformat", "DEVICE_ACCESS_TOKEN"} and not update_tour(camera, name, value)
        )
        text = text or "OK\n"
    elif action == "list":
        text = _listed(parameters_of(camera), query.get("group", "*"), mixed=camera.parameter_lines == "mixed")
    else:
        text = f"# Error: Unknown action '{action or ''}'\n"
    if query.get("responseformat") == "rfc" or camera.parameter_lines == "mixed":
        text = text.replace("\n", "\r\n")
    return web.Response(text=text, content_type="text/plain", charset="utf-8")


def _listed(parameters: Mapping[str, str], groups: str, *, mixed: bool) -> str:
    lines: list[str] = []
    root = _ROOT
    names = [(name, name.split("."), value) for name, value in parameters.items()]
    for group in groups.split(","):
        pattern = group.strip().removeprefix(_ROOT)
        patterns = [] if pattern in {"", "root", "*"} else pattern.rstrip(".").split(".")
        found = [f"{root}{name}={value}\n" for name, parts, value in names if _is_in(parts, patterns)]
        # A group the camera lacks does not fail the request (CONFIRMED, VX-PARAM-2); its place holds a remark.
        lines += found or [f"# Error: Error -1 getting param in group '{pattern}'\n"]
        root = _ROOT if found or not mixed else ""
    return "".join(lines)


def _is_in(parts: list[str], patterns: list[str]) -> bool:
    """Whether a parameter is the one named, or in the group named; each part may have wildcards."""
    return len(parts) >= len(patterns) and all(fnmatchcase(*pair) for pair in zip(parts, patterns, strict=False))
