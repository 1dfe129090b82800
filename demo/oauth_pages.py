"""Complete the provider's sign-in and consent pages without a browser, using the forms in them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from typing import override

import aiohttp
from yarl import URL

from demo.client import REQUEST_TIMEOUT

_PAGES_AT_MOST = 6


class PageError(Exception):
    """A page was not what it should be."""


@dataclass(slots=True)
class Form:
    """The form of a page: what it holds already, and which buttons it has."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _FormReader(HTMLParser):
    """Reads the first form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.form: Form | None = None
        self._open = False

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form" and self.form is None:
            self.form = Form(attributes.get("action", ""))
            self._open = True
        elif self.form is None or not self._open or not (name := attributes.get("name")):
            return
        elif tag == "button":
            self.form.buttons.append((name, attributes.get("value", "")))
        elif tag == "input" and (attributes.get("type") not in {"checkbox", "radio"} or "checked" in attributes):
            self.form.fields[name] = attributes.get("value", "")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


async def sign_in_and_consent(address: str, username: str, password: str, *, until: str, allow: bool = True) -> None:
    """Follow an authorize address through login and consent to the callback.

    until: what the callback's address begins with; the redirect there is followed, and its answer must be good.

    Raises:
        PageError: a page has no form, or the callback was never reached.
    """
    # The simulator is at an IP address, for which aiohttp keeps no cookies by default.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=REQUEST_TIMEOUT) as session:
        answer = await session.get(address)
        for _ in range(_PAGES_AT_MOST):
            body = await answer.text()
            if str(answer.url).startswith(until):
                if answer.status != HTTPStatus.OK:
                    raise PageError(f"Home Assistant's callback answered {answer.status}")
                return
            reader = _FormReader()
            reader.feed(body)
            if reader.form is None:
                raise PageError(f"the provider's page {answer.url.path} ({answer.status}) has no form")
            form = reader.form
            fields = dict(form.fields)
            if "password" in fields:
                fields |= {"username": username, "password": password}
            for name, value in form.buttons:
                if value == ("allow" if allow else "deny"):
                    fields[name] = value
            answer = await session.post(answer.url.join(URL(form.action)) if form.action else answer.url, data=fields)
    raise PageError("the sign-in did not lead back to Home Assistant")
