"""Netrex's token dialect, in one place.

Differences from what OAuth2 clients expect (NX-AUTH, NX-GRANT, NX-REFRESH, NX-REVOKE): parameters are in the query of a
POST, scopes are separated by commas, the grant of a code has two spellings in the documentation, and an error is
`{"error": "free text"}` with any status.
"""

from http import HTTPStatus
import re
from typing import Final
from urllib.parse import quote, quote_plus

import aiohttp

from ..transport.calls import Calls
from ..transport.facts import Fact, lifetime, one_of
from ..transport.values import clean_text
from .errors import ProtocolError, RefusedGrantError, TransientError
from .http import Answer, post
from .models import TokenGrant
from .provider import Provider

#: `authorization_code` is in the documentation's sample, `auth_code` in its table. UNKNOWN which works (NX-GRANT-6).
_CODE_SPELLINGS: Final = ("authorization_code", "auth_code")
#: Codes of RFC 6749 (5.2 and 4.1.2.1): the documentation has free text, but a server may have these all the same.
_REFUSALS: Final = frozenset((
    *("invalid_grant", "invalid_client", "invalid_request", "invalid_scope", "invalid_token"),
    *("unauthorized_client", "unsupported_grant_type", "access_denied"),
))  # fmt: skip
#: The refusal of a grant that was read, so that sending it in another way is no use (RFC 6749, 5.2).
_READ_AND_REFUSED: Final = "invalid_grant"
_FAULTS_OF_SERVER: Final = frozenset({"server_error", "temporarily_unavailable"})
#: Words by which a free-text error says that it is about what was sent, with any other words. INFERRED (NX-GRANT-7):
#: `{"error"}` stands for an "invalid request or system error" alike.
_SENT: Final = r"(?:token|grant|code|client|secret|redirect|credentials)"
_BAD: Final = r"(?:invalid|expired|unknown|revoked|wrong|missing|unsupported|not valid|does not match)"
_ABOUT_WHAT_WAS_SENT: Final = re.compile(rf"\b{_BAD}\b.*{_SENT}|{_SENT}.*\b{_BAD}\b", re.IGNORECASE)
#: Words by which it says that the server, not the grant, is at fault.
_SYSTEM_FAULT: Final = re.compile(
    r"system|internal|database|sql|connection|temporar|unavailable|maintenance|time.?out|try again|overload",
    re.IGNORECASE,
)
#: Seconds. A token of a shorter life would be refreshed before each request; a longer life is none, and a huge number
#: could not be stored.
_SHORTEST_LIFE: Final = 30
_LONGEST_LIFE: Final = 366 * 24 * 3600
#: Characters. Longer ones are refused by most servers, in a header as in a query.
_LONGEST_TOKEN: Final = 8000
#: Characters of a reason that are looked at: many times what is shown of it and what could be in that, a token.
_LONGEST_REASON: Final = 100_000
_SHOWN_REASON: Final = 200
_SECRET_PARAMETERS: Final = ("client_secret", "code", "refresh_token")


class TokenEndpoint:
    """Trades codes and refresh tokens for access tokens at one provider.

    `exchange` and `refresh` raise RefusedGrantError where the provider refuses the grant, TransientError and BusyError
    where another try may help, and ProtocolError for an answer that is neither.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        provider: Provider,
        client_id: str,
        client_secret: str,
        *,
        calls: Calls | None = None,
    ) -> None:
        self._session = session
        self._provider = provider
        self._client_id = client_id
        self._client_secret = client_secret
        self._calls = calls or Calls()
        self._in_body = False

    async def exchange(self, code: str, redirect_uri: str) -> TokenGrant:
        """Trade the code of a sign-in for tokens. CONFIRMED (NX-GRANT-1, NX-GRANT-5), with two spellings.

        Both names of the URL are sent: servers of OAuth2 ignore the one that they do not know (RFC 6749, 3.2).
        """
        refusal = RefusedGrantError("")
        for spelling in _CODE_SPELLINGS:
            try:
                granted = await self._request(
                    {"grant_type": spelling, "code": code, "redirect_uri": redirect_uri, "redirect_url": redirect_uri},
                )
            except RefusedGrantError as err:
                # The first refusal is the one of the documented sample: its words help most.
                if not refusal.reason:
                    refusal = err
                continue
            self._calls.observed(Fact.GRANT_TYPE, spelling)
            return granted
        raise refusal

    async def refresh(self, refresh_token: str) -> TokenGrant:
        """Trade a refresh token for a new access token. INFERRED (NX-REFRESH-2)."""
        granted = await self._request({"grant_type": "refresh_token", "refresh_token": refresh_token})
        self._calls.observed(Fact.REFRESH_TOKEN, _fate(refresh_token, granted.refresh_token))
        return granted

    async def _request(self, grant: dict[str, str]) -> TokenGrant:
        """Send a grant as documented, in the query; where that is refused, in the body (INFERRED, NX-GRANT-2)."""
        parameters = {"client_id": self._client_id, **grant}
        if self._client_secret:
            parameters["client_secret"] = self._client_secret
        try:
            return await self._send(parameters, in_body=self._in_body)
        except RefusedGrantError as refusal:
            if refusal.reason == _READ_AND_REFUSED:
                raise
            try:
                granted = await self._send(parameters, in_body=not self._in_body)
            except RefusedGrantError, ProtocolError:
                # Not TransientError: whether the provider reads bodies is unknown then.
                raise refusal from None
            self._in_body = not self._in_body
            return granted

    async def _send(self, parameters: dict[str, str], *, in_body: bool) -> TokenGrant:
        answer = await post(
            self._session,
            self._provider.token_url,
            query=None if in_body else parameters,
            form=parameters if in_body else None,
        )
        if isinstance(answer.body, dict):
            self._calls.observed(Fact.JSON_TYPE, one_of(Fact.JSON_TYPE, answer.content_type))
        secrets = tuple(filter(None, (parameters.get(name) for name in _SECRET_PARAMETERS)))
        try:
            granted = _read_grant(answer, secrets)
        except RefusedGrantError:
            if isinstance(answer.body, dict) and "error" in answer.body:
                self._calls.observed(Fact.GRANT_ERROR_STATUS, one_of(Fact.GRANT_ERROR_STATUS, str(answer.status)))
            raise
        self._calls.observed(Fact.GRANT_PARAMETERS, "body" if in_body else "query")
        self._calls.observed(Fact.TOKEN_LIFETIME, lifetime(granted.expires_in))
        return granted


async def revoke(session: aiohttp.ClientSession, provider: Provider, access_token: str) -> None:
    """Cancel an access token and its refresh token. CONFIRMED (NX-REVOKE-1)."""
    answer = await post(session, provider.revoke_url, query={"access_token": access_token})
    if not isinstance(answer.body, dict) or answer.body.get("success") is not True:
        raise ProtocolError("the cloud did not confirm that the token is cancelled")


def _read_grant(answer: Answer, secrets: tuple[str, ...]) -> TokenGrant:
    body = answer.body if isinstance(answer.body, dict) else {}
    if "error" in body:
        reason = _safe_reason(body["error"], secrets)
        if _is_fault_of_server(reason):
            raise TransientError(f"the cloud has a fault of its own: {reason}")
        raise RefusedGrantError(reason)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        raise RefusedGrantError("")
    access_token, refresh_token = body.get("access_token"), body.get("refresh_token")
    expires_in = body.get("expires_in")
    if answer.status >= HTTPStatus.BAD_REQUEST or not isinstance(access_token, str) or not access_token:
        raise ProtocolError(f"the cloud gave no token (status {answer.status})")
    if not _is_token(access_token):
        raise ProtocolError("the cloud's token can't be sent in a header")
    if isinstance(refresh_token, str) and refresh_token and not _is_token(refresh_token):
        # It could not even be stored, and with it nothing else that Home Assistant keeps of its integrations.
        raise ProtocolError("the cloud's refresh token can't be sent")
    try:
        seconds = int(expires_in) if isinstance(expires_in, int | float | str) else 0
    except ValueError, OverflowError:
        seconds = 0
    if seconds <= 0:
        raise ProtocolError("the cloud did not say how long the token lasts")
    seconds = min(max(seconds, _SHORTEST_LIFE), _LONGEST_LIFE)
    return TokenGrant(
        access_token, seconds, refresh_token if isinstance(refresh_token, str) and refresh_token else None
    )


def _fate(before: str, after: str | None) -> str:
    """Return what became of a refresh token when it was used."""
    if after is None:
        return "kept"
    return "repeated" if after == before else "rotated"


def _is_fault_of_server(reason: str) -> bool:
    """Return whether an error is no refusal, and worth another try."""
    if reason in _REFUSALS | _FAULTS_OF_SERVER:
        return reason in _FAULTS_OF_SERVER
    return _ABOUT_WHAT_WAS_SENT.search(reason) is None and _SYSTEM_FAULT.search(reason) is not None


def _is_token(text: str) -> bool:
    return text.isascii() and text.isprintable() and len(text) <= _LONGEST_TOKEN


def _safe_reason(error: object, secrets: tuple[str, ...]) -> str:
    """Return the server's words on one short line, without any value that was sent."""
    text = error[:_LONGEST_REASON] if isinstance(error, str) else "error"
    for secret in sorted(secrets, key=len, reverse=True):
        for form in (secret, quote(secret, safe=""), quote_plus(secret)):
            text = text.replace(form, "…")
    return clean_text(text, _SHOWN_REASON)
