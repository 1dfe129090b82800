"""What people type or paste, and what a browser sends: understood, and the same again, or refused in our words."""

from typing import Final

from hypothesis import example, given, strategies as st
from yarl import URL

from custom_components.netrex.cloud import DevicePattern, Provider, ProviderError
from custom_components.netrex.issues import as_markdown_text
from custom_components.netrex.recordings.media_items import NoMediaItemError, parse_item
from custom_components.netrex.vapix.serial import parse_axis_serial, parse_serial

from .examples import examples
from .hostile import TEXTS, bytes_like

_REASONS: Final = frozenset({"empty", "not_a_host", "needs_https", "has_login", "no_serial_slot"})
_HOSTS: Final = (
    *("system2.netrex.cz", "https://cloud.camstreamer.com/api/graphql.php?a=1#b", "HTTP://Cloud.Example.COM:80/"),
    *(
        "127.0.0.1:8123",
        "localhost",
        "http://localhost:99999",
        "[::1]",
        "http://[::1]:1",
        "1.2.3.4:0",
        "a.b:-1",
        "a..b",
    ),
    *(
        "p\u0159\u00edklad.cz",
        "xn--pklad-zsa96e.cz",
        "\u0130.cz",
        "a.b@c.d",
        "u:p@a.b",
        "//a.b",
        "0://[]@",
        "a.b:",
        "a.b.",
    ),
    *("http://a.b:8080", "ftp://a.b", "https:///a", "javascript:a.b", "a.b\\@c.d", "a.b%2fc", "a.b\u3002c", "\uff41.b"),
)
_PATTERNS: Final = (
    *("https://{serial}.device-connect.net", "{serial}.a.b", "http://127.0.0.1:1/device-connect/{serial}", "{serial}"),
    *(
        "https://{serial}.{serial}.a",
        "https://a.b/{SERIAL}",
        "https://a.b?s={serial}",
        "https://{serial}@a.b",
        "{serial}://a.b",
    ),
    *(
        "https://a.b:{serial}",
        "https://\u00e9{serial}.a.b",
        "https://{serial}.accc8e000000.b",
        "https://a.b/{serial}/../x",
    ),
)


def _assert_told(error: ProviderError) -> None:
    """Fail where the dialog has no words for it."""
    assert error.reason in _REASONS


_LETTERS: Final = st.text(st.sampled_from("aA1.-:/@[]%?#{} \u00e9\u3002\u0130"), max_size=12)


def _edited(samples: tuple[str, ...]) -> st.SearchStrategy[str]:
    spoilt = st.sampled_from(samples).flatmap(lambda sample: bytes_like(sample.encode()))
    return st.one_of(
        st.sampled_from(samples),
        spoilt.map(lambda raw: raw.decode(errors="replace")),
        TEXTS,
        _LETTERS,
        st.text(max_size=9),
    )


@examples(600)
@given(_edited(_HOSTS))
@example("0://[]@")
def test_a_host_is_understood_or_refused(text: str) -> None:
    try:
        provider = Provider.parse(text)
    except ProviderError as error:
        _assert_told(error)
        return
    url = URL(provider.origin)
    assert Provider.parse(provider.origin) == provider
    assert provider.origin == str(url).rstrip("/")
    assert url.scheme == "https" or url.host in {"127.0.0.1", "localhost"}
    assert (url.path, url.query_string, url.fragment, url.user, url.password) == ("/", "", "", None, None)
    assert provider.host.isascii()
    assert provider.host.isprintable()
    assert URL(provider.graphql_url).host == url.host


@examples(600)
@given(_edited(_PATTERNS))
@example("https://{serial}.accc8e000000.b")
@example("https://\u00e9{serial}.a.b")
def test_a_pattern_is_understood_or_refused(text: str) -> None:
    try:
        pattern = DevicePattern.parse(text)
    except ProviderError as error:
        _assert_told(error)
        return
    assert DevicePattern.parse(pattern.text) == pattern
    url = URL(pattern.base_url("ACCC8E10A3F1"))
    assert "accc8e10a3f1" in str(url).lower()
    assert url.scheme == "https" or url.host in {"127.0.0.1", "localhost"}
    assert (url.query_string, url.fragment, url.user) == ("", "", None)
    # Another serial number leads to another address on the same host, or to another host.
    assert pattern.base_url("ACCC8E000001") != pattern.base_url("ACCC8E000002")


_SERIALS: Final = (
    "ACCC8E10A3F1",
    "ac:cc:8e:10:a3:f1",
    "ac-cc-8e-10-a3-f1 ",
    "accc.8e10.a3f1",
    "00408C123456",
    "\uff21CCC8E10A3F1",
)


@examples(300)
@given(_edited(_SERIALS))
def test_a_serial_number_is_one_or_none(text: str) -> None:
    serial = parse_serial(text)
    assert parse_axis_serial(text) in {serial, None}
    if serial is not None:
        assert len(serial) == 12
        assert set(serial) <= set("0123456789ABCDEF")
        assert parse_serial(serial) == parse_serial(serial.lower()) == serial


_ITEMS: Final = (
    *(
        "account/01JABC",
        "place/01JABC/1",
        "camera/01JABC/2",
        "day/01JABC/2/2024-02-29",
        "hour/01JABC/2/1700000000/1700003600",
    ),
    *("recording/01JABC/2/1700000000/1700000600/0", "card/01JABC/2", "card-day/01JABC/2/2024-05-01"),
    "card-recording/01JABC/2/20240501_1/1700000000/1700000600",
)


@examples(400)
@given(_edited(_ITEMS))
def test_an_identifier_is_ours_or_none(text: str) -> None:
    try:
        item = parse_item(text)
    except NoMediaItemError:
        return
    assert item.identifier == text
    assert text.isascii()


@examples(200)
@given(TEXTS)
def test_a_name_in_markdown_is_that_name(name: str) -> None:
    shown = as_markdown_text(name)
    assert len(shown) <= 2 * len(name)
    # Every character that means something stands behind a backslash.
    rest = iter(shown)
    plain = [next(rest) if each == "\\" else each for each in rest]
    assert "".join(plain) == name
