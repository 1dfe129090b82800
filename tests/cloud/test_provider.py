"""What people paste as an address is understood, or refused for a reason that can be said."""

import pytest

from custom_components.netrex.cloud import DevicePattern, Provider, ProviderError


@pytest.mark.parametrize(
    ("pasted", "origin"),
    [
        ("system2.netrex.cz", "https://system2.netrex.cz"),
        ("  System2.Netrex.CZ  ", "https://system2.netrex.cz"),
        ("https://cloud.camstreamer.com/", "https://cloud.camstreamer.com"),
        ("https://cloud.camstreamer.com/app/index.php?page=live#cam", "https://cloud.camstreamer.com"),
        ("HTTPS://cloud.camstreamer.com:443/x", "https://cloud.camstreamer.com"),
        ("<https://cloud.camstreamer.com>", "https://cloud.camstreamer.com"),
        ("http://system2.netrex.cz", "https://system2.netrex.cz"),
        ("http://system2.netrex.cz:80/", "https://system2.netrex.cz"),
        ("https://cameras.example.com:8443/live", "https://cameras.example.com:8443"),
        ("cameras.example.com:8443", "https://cameras.example.com:8443"),
        ("//system2.netrex.cz/path", "https://system2.netrex.cz"),
        ("system2.netrex.cz.", "https://system2.netrex.cz"),
        ("kamery.žluťoučký.cz", "https://kamery.xn--luouk-uva4it5a4g.cz"),
        ("http://127.0.0.1:8099", "http://127.0.0.1:8099"),
        ("127.0.0.1:8099", "http://127.0.0.1:8099"),
        ("http://localhost:8099/oauth2", "http://localhost:8099"),
        ("https://localhost", "https://localhost"),
        ("192.168.1.5", "https://192.168.1.5"),
    ],
)
def test_understood(pasted: str, origin: str) -> None:
    assert Provider.parse(pasted).origin == origin


@pytest.mark.parametrize(
    ("pasted", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("https://", "not_a_host"),
        ("netrex", "not_a_host"),
        ("me@example.com", "has_login"),
        ("https://user:secret@system2.netrex.cz", "has_login"),
        ("ftp://system2.netrex.cz", "not_a_host"),
        ("javascript://system2.netrex.cz", "not_a_host"),
        ("http://cameras.example.com:8080", "needs_https"),
        ("system2..netrex.cz", "not_a_host"),
        ("-bad.example.com", "not_a_host"),
        ("system2.netrex.cz:99999", "not_a_host"),
        ("https://[::1", "not_a_host"),
        ("my cameras!.com", "not_a_host"),
    ],
)
def test_refused(pasted: str, reason: str) -> None:
    with pytest.raises(ProviderError) as refused:
        Provider.parse(pasted)
    assert refused.value.reason == reason


def test_host_is_what_people_know() -> None:
    assert Provider.parse("https://cameras.example.com:8443").host == "cameras.example.com:8443"


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://{serial}.device-connect.net", "https://ACCC8E000001.device-connect.net"),
        (" https://{serial}.device-connect.net/ ", "https://ACCC8E000001.device-connect.net"),
        ("{serial}.device-connect.net", "https://ACCC8E000001.device-connect.net"),
        ("http://127.0.0.1:8099/device-connect/{serial}", "http://127.0.0.1:8099/device-connect/ACCC8E000001"),
        ("https://gate.example.com/{serial}/", "https://gate.example.com/ACCC8E000001"),
    ],
)
def test_address_of_a_camera(typed: str, url: str) -> None:
    assert DevicePattern.parse(typed).base_url("ACCC8E000001") == url


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("https://device-connect.net", "no_serial_slot"),
        ("https://{serial}.{serial}.net", "no_serial_slot"),
        ("https://{serial}.{other}.net", "no_serial_slot"),
        ("https://user:pw@{serial}.device-connect.net", "has_login"),
        ("http://{serial}.device-connect.net:8080", "needs_https"),
        ("https://{serial}.device-connect.net/?token=x", "not_a_host"),
        ("ftp://{serial}.device-connect.net", "not_a_host"),
    ],
)
def test_address_of_a_camera_refused(typed: str, reason: str) -> None:
    with pytest.raises(ProviderError) as refused:
        DevicePattern.parse(typed)
    assert refused.value.reason == reason
