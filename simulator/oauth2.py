"""The OAuth2 server: sign-in, consent, tokens (NX-AUTH, NX-GRANT, NX-REFRESH, NX-REVOKE)."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
import secrets

from aiohttp import web
from multidict import MultiMapping
from yarl import URL

from .pages import consent_page, error_page, login_page
from .service import Json, Service
from .tokens import SCOPES, Consent, Pair

_SIGN_INS_AT_ONCE = 1000
_AUTHORIZATION_GRANTS = frozenset({"authorization_code", "auth_code"})


class _RefusedError(Exception):
    """The request is refused; the message is what the client is told."""


@dataclass(slots=True)
class _SignIn:
    """A sign-in under way in somebody's browser."""

    redirect_url: str
    scopes: frozenset[str]
    state: str | None
    username: str | None = None


class OAuth2:
    """The endpoints below /oauth2/."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._sign_ins: OrderedDict[str, _SignIn] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """Give the routes. The authorize address is printed with and without a slash at the end, and labelled POST."""
        return [
            web.get("/oauth2/auth", self._authorize),
            web.get("/oauth2/auth/", self._authorize),
            web.post("/oauth2/auth", self._authorize),
            web.post("/oauth2/auth/", self._authorize),
            web.post("/oauth2/login", self._login),
            web.post("/oauth2/consent", self._consent),
            web.post("/oauth2/token", self._token),
            web.post("/oauth2/revoke", self._revoke),
        ]

    # --- in the browser ---------------------------------------------------------------------------

    async def _authorize(self, request: web.Request) -> web.Response:
        if (spoiled := await self._service.admit(request, ("oauth2:auth",))) is not None:
            return spoiled
        try:
            sign_in = self._sign_in(request.query)
        except _RefusedError as refused:
            return error_page(str(refused))
        request_id = secrets.token_urlsafe(16)
        self._sign_ins[request_id] = sign_in
        while len(self._sign_ins) > _SIGN_INS_AT_ONCE:
            self._sign_ins.popitem(last=False)
        return login_page(request_id, self._service.world.application.name)

    def _sign_in(self, query: MultiMapping[str]) -> _SignIn:
        application, switches = self._service.world.application, self._service.switches
        if query.get("client_id") != application.client_id:
            raise _RefusedError("Unknown application: client_id is not known here.")
        redirect_url = self._redirect_url(query)
        if redirect_url not in application.redirect_urls:
            raise _RefusedError("The redirect URL is not one of the application's.")
        if query.get("response_type") != "code":
            raise _RefusedError("Unsupported response_type.")
        scopes = frozenset(filter(None, query.get("scope", "").split(",")))
        if switches.strict_scopes and (unknown := scopes - SCOPES.keys()):
            raise _RefusedError(f"Unknown scope: {', '.join(sorted(unknown))}.")
        return _SignIn(redirect_url, scopes & SCOPES.keys(), query.get("state"))

    def _redirect_url(self, parameters: Mapping[str, str] | MultiMapping[str]) -> str:
        switch = self._service.switches.redirect_parameter
        names = ("redirect_uri", "redirect_url") if switch == "both" else (switch,)
        found = [parameters[name] for name in names if name in parameters]
        if not found:
            raise _RefusedError(f"Missing {names[0]}.")
        return found[0]

    async def _login(self, request: web.Request) -> web.Response:
        if (spoiled := await self._service.admit(request, ("oauth2:login",))) is not None:
            return spoiled
        form = await request.post()
        request_id = str(form.get("request"))
        sign_in = self._sign_ins.get(request_id)
        if sign_in is None:
            return error_page("This sign-in is over. Start it again from the application.")
        application = self._service.world.application
        account = self._service.world.accounts.get(str(form.get("username")))
        if account is None or account.password != form.get("password"):
            return login_page(request_id, application.name, "Wrong user name or password.")
        sign_in.username = account.username
        asked = [(name, meaning) for name, meaning in SCOPES.items() if name in sign_in.scopes]
        return consent_page(request_id, application.name, account.username, asked)

    async def _consent(self, request: web.Request) -> web.Response:
        if (spoiled := await self._service.admit(request, ("oauth2:consent",))) is not None:
            return spoiled
        form = await request.post()
        sign_in = self._sign_ins.pop(str(form.get("request")), None)
        if sign_in is None or sign_in.username is None:
            return error_page("This sign-in is over. Start it again from the application.")
        if form.get("decision") == "allow":
            consent = Consent(
                sign_in.username, self._service.world.application.client_id, sign_in.redirect_url, sign_in.scopes
            )
            code = self._service.tokens.make_code(consent, self._service.switches.code_lifetime)
            answer = {"code": code}
        else:
            answer = {"error": "access_denied"}
        if sign_in.state is not None:
            answer["state"] = sign_in.state
        target = URL(sign_in.redirect_url).update_query(answer)
        return web.Response(status=302, headers={"Location": str(target), "Referrer-Policy": "no-referrer"})

    # --- between the application and the provider ---------------------------------------------------

    async def _token(self, request: web.Request) -> web.Response:
        parameters: dict[str, str] = {}
        switch = self._service.switches.token_parameters
        if switch != "query":
            parameters |= {name: str(value) for name, value in (await request.post()).items()}
        if switch != "body":
            parameters |= request.query
        grant_type = parameters.get("grant_type", "")
        kind = (
            "refresh" if grant_type == "refresh_token" else "code" if grant_type in _AUTHORIZATION_GRANTS else "other"
        )
        if (spoiled := await self._service.admit(request, (f"oauth2:token:{kind}",))) is not None:
            return spoiled
        try:
            pair = self._refreshed(parameters) if kind == "refresh" else self._exchanged(parameters)
        except _RefusedError as refused:
            return self._refusal(refused)
        answer: dict[str, Json] = {
            "access_token": pair.access_token,
            "expires_in": int(self._service.switches.token_lifetime),
        }
        if pair.refresh_token is not None:
            answer["refresh_token"] = pair.refresh_token
        return self._service.json(answer)

    def _exchanged(self, parameters: Mapping[str, str]) -> Pair:
        """Exchange a code; without the client's secret for one-time access (CONFIRMED, NX-GRANT-3)."""
        service = self._service
        # Nothing is wrong with the code yet: a client may ask again with the other spelling.
        if parameters.get("grant_type") not in service.switches.grant_types:
            raise _RefusedError("Unsupported grant_type")
        secret_given = self._check_client(parameters)
        redirect_url = self._redirect_url(parameters)
        consent = service.tokens.redeem(parameters.get("code", ""))
        if consent is None:
            raise _RefusedError("Invalid authorization code")
        if redirect_url != consent.redirect_url:
            raise _RefusedError("Redirect URL does not match")
        lasting = secret_given and not service.switches.one_time_only
        same = service.switches.second_sign_in == "same"
        return service.tokens.give(consent, service.switches.token_lifetime, lasting=lasting, same=same)

    def _refreshed(self, parameters: Mapping[str, str]) -> Pair:
        """Refresh (parameters INFERRED, NX-REFRESH-2)."""
        service, rotation = self._service, self._service.switches.refresh_rotation
        if not self._check_client(parameters):
            raise _RefusedError("Missing client_secret")
        refresh_token = parameters.get("refresh_token", "")
        pair = service.tokens.refresh(
            refresh_token,
            parameters["client_id"],
            service.switches.token_lifetime,
            rotate=rotation == "rotate",
            end_old=service.switches.refresh_ends_access,
        )
        if pair is None:
            raise _RefusedError("Invalid refresh token")
        return Pair(pair.access_token, refresh_token) if rotation == "same" else pair

    def _check_client(self, parameters: Mapping[str, str]) -> bool:
        """Tell whether the client proved who it is; refuse it if it is unknown or its secret is wrong."""
        application = self._service.world.application
        if parameters.get("client_id") != application.client_id:
            raise _RefusedError("Invalid client")
        if (secret := parameters.get("client_secret")) is None:
            return False
        if secret != application.client_secret:
            raise _RefusedError("Invalid client secret")
        return True

    async def _revoke(self, request: web.Request) -> web.Response:
        """Revoke (NX-REVOKE-1). What a failure looks like is UNKNOWN (NX-REVOKE-4); as everywhere else here."""
        if (spoiled := await self._service.admit(request, ("oauth2:revoke",))) is not None:
            return spoiled
        everything = self._service.switches.revoke_ends == "account"
        if not self._service.tokens.revoke(request.query.get("access_token", ""), all_of_account=everything):
            return self._refusal(_RefusedError("Invalid access token"))
        return self._service.json({"success": True, "message": "Access token was revoked"})

    def _refusal(self, refused: _RefusedError) -> web.Response:
        return self._service.json({"error": str(refused)}, self._service.switches.token_error_status)
