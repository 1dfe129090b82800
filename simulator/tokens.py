"""Tokens and codes: what was given to whom, what it allows and until when (NX-TOKEN, NX-GRANT)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
import secrets

SCOPES = {
    "read": "See the list of cameras and other items",
    "write": "Change cameras and other items",
    "liveview": "Watch live video",
    "audiotransmit": "Talk through the cameras",
    "liveview_ptz": "Turn and zoom the cameras",
    "liveview_light": "Switch the cameras' lights",
    "liveview_audioclip": "Play audio clips on the cameras",
    "recordings": "Watch and download recordings",
    "recordings_delete": "Delete recordings",
    "events": "See events",
}
"""OAuth2 scopes, complete as printed (CONFIRMED, NX-SCOPE-1), and how the consent page puts them (own words)."""

CONFIGURATION = "configuration"
"""The one permission of an API token that the pages name (CONFIRMED, NX-REMOTE-2): it opens the cameras."""

API_TOKEN_SCOPES = frozenset({*SCOPES, CONFIGURATION})
"""What an API token can carry here; the real list is UNKNOWN (NX-TOKEN-3)."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a good access token stands for."""

    account: str
    """User name."""
    scopes: frozenset[str]
    oauth: bool
    """False: an API token made in the web interface."""
    expires_at: float | None

    def may(self, scope: str) -> bool:
        """Tell whether it carries this permission. No permission implies another (UNKNOWN, NX-SCOPE-3, NX-TOKEN-3)."""
        return scope in self.scopes

    @property
    def watches_live(self) -> bool:
        """Whether it carries any of the live view's permissions."""
        return any(scope.startswith("liveview") for scope in self.scopes)

    @property
    def commands(self) -> bool:
        """Whether it carries a permission to speak or to change things."""
        return not self.scopes.isdisjoint({"audiotransmit", "write"})

    @property
    def hears_events(self) -> bool:
        """Whether it carries the permission events."""
        return "events" in self.scopes


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody agreed to on the consent page."""

    account: str
    client_id: str
    redirect_url: str
    scopes: frozenset[str]


@dataclass(slots=True)
class _Grant:
    """Lasting access: a refresh token and the access tokens that came of it."""

    consent: Consent
    refresh_token: str
    access_tokens: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Pair:
    """Tokens as handed out; `refresh_token` is None when there is none to give."""

    access_token: str
    refresh_token: str | None


class Tokens:
    """Every code and token that the simulated service has given and still knows."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._codes: dict[str, tuple[Consent, float]] = {}
        self._access: dict[str, Token] = {}
        self._grants: dict[str, _Grant] = {}
        self._issued: set[str] = set()

    def _new(self, kind: str) -> str:
        secret = f"sim-{kind}-{secrets.token_hex(16)}"
        self._issued.add(secret)
        return secret

    def issued(self) -> frozenset[str]:
        """Give every code and token ever given, over or not."""
        return frozenset(self._issued)

    # --- API tokens ----------------------------------------------------------------------------

    def make_api_token(self, account: str, scopes: frozenset[str], lifetime: float | None) -> str:
        """Make a token as the web interface does; lifetime in seconds, None for ever."""
        expires_at = None if lifetime is None else self._clock() + lifetime
        token = self._new("api")
        self._access[token] = Token(account, scopes, oauth=False, expires_at=expires_at)
        return token

    # --- OAuth2 --------------------------------------------------------------------------------

    def make_code(self, consent: Consent, lifetime: float) -> str:
        """Make an authorization code, good once and for `lifetime` seconds."""
        code = self._new("code")
        self._codes[code] = (consent, self._clock() + lifetime)
        return code

    def redeem(self, code: str) -> Consent | None:
        """Take a code; None if there is none like it, it was taken before or is over."""
        consent, expires_at = self._codes.pop(code, (None, 0.0))
        return consent if expires_at > self._clock() else None

    def give(self, consent: Consent, lifetime: float, *, lasting: bool, same: bool = False) -> Pair:
        """Give an access token, with a refresh token when the access is lasting.

        same: the refresh token of an earlier sign-in of the account, if there is one.
        """
        access_token = self._make_access(consent, lifetime)
        if not lasting:
            return Pair(access_token, None)
        if same and (earlier := next(iter(self._grants_like(consent)), None)) is not None:
            earlier.consent = consent
            earlier.access_tokens.add(access_token)
            return Pair(access_token, earlier.refresh_token)
        grant = _Grant(consent, self._new("refresh"), {access_token})
        self._grants[grant.refresh_token] = grant
        return Pair(access_token, grant.refresh_token)

    def _make_access(self, consent: Consent, lifetime: float) -> str:
        access_token = self._new("access")
        self._access[access_token] = Token(
            consent.account, consent.scopes, oauth=True, expires_at=self._clock() + lifetime
        )
        return access_token

    def refresh(
        self, refresh_token: str, client_id: str, lifetime: float, *, rotate: bool, end_old: bool
    ) -> Pair | None:
        """Give the next access token; None if the refresh token is not good for this client.

        rotate: give a new refresh token, the old one is over. end_old: the access tokens given before are over.
        """
        grant = self._grants.get(refresh_token)
        if grant is None or grant.consent.client_id != client_id:
            return None
        if end_old:
            for access_token in grant.access_tokens:
                self._access.pop(access_token, None)
        grant.access_tokens = {token for token in grant.access_tokens if token in self._access}
        access_token = self._make_access(grant.consent, lifetime)
        grant.access_tokens.add(access_token)
        if not rotate:
            return Pair(access_token, None)
        del self._grants[refresh_token]
        grant.refresh_token = self._new("refresh")
        self._grants[grant.refresh_token] = grant
        return Pair(access_token, grant.refresh_token)

    def _grants_like(self, consent: Consent) -> list[_Grant]:
        """Give the lasting accesses of the same account to the same application."""
        who = (consent.account, consent.client_id)
        return [grant for grant in self._grants.values() if (grant.consent.account, grant.consent.client_id) == who]

    def revoke(self, access_token: str, *, all_of_account: bool = False) -> bool:
        """End an access token and the refresh token it came with; False if there is no such access token.

        all_of_account: end whatever the account has given to the application.
        """
        token = self._access.get(access_token)
        if token is None or not token.oauth:
            return False
        del self._access[access_token]
        for grant in [grant for grant in self._grants.values() if access_token in grant.access_tokens]:
            for ended in self._grants_like(grant.consent) if all_of_account else [grant]:
                del self._grants[ended.refresh_token]
                if all_of_account:
                    for other in ended.access_tokens:
                        self._access.pop(other, None)
        return True

    # --- all of them ---------------------------------------------------------------------------

    def look_up(self, access_token: str) -> Token | None:
        """Give what an access token or API token stands for; None if it is not known or over."""
        token = self._access.get(access_token)
        if token is None or (token.expires_at is not None and token.expires_at <= self._clock()):
            return None
        return token

    def expire_access_tokens(self) -> None:
        """End every OAuth2 access token now; refresh tokens stay good."""
        now = self._clock()
        for name, token in self._access.items():
            if token.oauth:
                self._access[name] = replace(token, expires_at=now)

    def end_api_token(self, token: str) -> None:
        """End an API token."""
        del self._access[token]

    def withdraw(self, scope: str) -> None:
        """Take a permission from every token and grant; they stay good for the others."""
        for name, token in self._access.items():
            self._access[name] = replace(token, scopes=token.scopes - {scope})
        for grant in self._grants.values():
            grant.consent = replace(grant.consent, scopes=grant.consent.scopes - {scope})

    def revoke_all(self) -> None:
        """End every token of either sort, and every code."""
        self._access.clear()
        self._grants.clear()
        self._codes.clear()
