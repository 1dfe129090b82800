"""The pages of the simulated sign-in: plain HTML that looks like a product's."""

from collections.abc import Iterable
from html import escape

from aiohttp import web

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}

_STYLE = """
:root { color-scheme: light dark; --back: #eef2f7; --card: #fff; --text: #1c2733; --dim: #5d6b7a; --line: #d5dde6;
  --accent: #0b63ce; --on-accent: #fff; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --back: #12181f; --card: #1c242d; --text: #e6edf5; --dim: #9aa9b9;
  --line: #34404d; --accent: #6cb0ff; --on-accent: #08203e; --bad: #ff9d94; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px 16px; background: var(--back);
  color: var(--text); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { width: 100%; max-width: 420px; background: var(--card); border: 1px solid var(--line); border-radius: 14px;
  padding: 32px; box-shadow: 0 8px 30px rgb(0 20 50 / 8%); }
.brand { display: flex; align-items: center; gap: 10px; font-weight: 600; color: var(--dim); margin: 0 0 20px; }
.brand svg { width: 30px; height: 30px; color: var(--accent); }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 0 0 8px; }
p { margin: 0 0 18px; color: var(--dim); }
label { display: block; font-weight: 600; margin: 0 0 16px; }
input { display: block; width: 100%; margin-top: 6px; padding: 11px 12px; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--line); border-radius: 8px; }
input:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
ul { list-style: none; margin: 0 0 24px; padding: 0; border-top: 1px solid var(--line); }
li { padding: 10px 2px; border-bottom: 1px solid var(--line); }
li code { float: right; color: var(--dim); font-size: .8rem; padding: 2px 0 0 10px; }
.buttons { display: flex; flex-direction: row-reverse; gap: 12px; }
button { flex: 1; padding: 12px; font: inherit; font-weight: 600; border-radius: 8px; cursor: pointer;
  border: 1px solid var(--line); background: transparent; color: inherit; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.problem { color: var(--bad); font-weight: 600; }
footer { margin-top: 24px; font-size: .8rem; color: var(--dim); }
"""

_MARK = (
    '<svg viewBox="0 0 24 24" fill="currentColor" aria-hidden="true"><path d="M7 18a5 5 0 0 1-.6-9.96'
    "A6 6 0 0 1 18 9.1a4.5 4.5 0 0 1-.5 8.9z"
    'm5-2.4a3.1 3.1 0 1 0 0-6.2 3.1 3.1 0 0 0 0 6.2zm0-1.7a1.4 1.4 0 1 1 0-2.8 1.4 1.4 0 0 1 0 2.8z"'
    "/></svg>"
)


def _page(title: str, content: str, status: int = 200) -> web.Response:
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} - Netrex simulator</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main>"
        f'<div class="brand">{_MARK}Netrex simulator</div>{content}'
        "<footer>A simulated provider on this machine, not the real service.</footer></main></body></html>"
    )
    return web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)


def login_page(request_id: str, application: str, problem: str | None = None) -> web.Response:
    """Ask who it is. Fields: `username`, `password`."""
    told = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    return _page(
        "Sign in",
        f"<h1>Sign in</h1><p>to continue to <strong>{escape(application)}</strong></p>{told}"
        '<form method="post" action="/oauth2/login">'
        f'<input type="hidden" name="request" value="{escape(request_id)}">'
        '<label>User name<input name="username" autocomplete="username" autofocus required></label>'
        '<label>Password<input name="password" type="password" autocomplete="current-password" required></label>'
        '<div class="buttons"><button class="main" type="submit">Sign in</button></div></form>',
    )


def consent_page(request_id: str, application: str, username: str, scopes: Iterable[tuple[str, str]]) -> web.Response:
    """Ask whether the application may have these permissions, each a name and what it means. Button: `decision`."""
    listed = "".join(f"<li><code>{escape(name)}</code>{escape(meaning)}</li>" for name, meaning in scopes)
    asked = f"<ul>{listed}</ul>" if listed else "<p>It asks for no permissions.</p>"
    return _page(
        "Allow access",
        f"<h1>Allow {escape(application)}?</h1><p>Signed in as <strong>{escape(username)}</strong>. "
        f"{escape(application)} asks to:</p>{asked}"
        '<form method="post" action="/oauth2/consent">'
        f'<input type="hidden" name="request" value="{escape(request_id)}"><div class="buttons">'
        '<button class="main" type="submit" name="decision" value="allow">Allow</button>'
        '<button type="submit" name="decision" value="deny">Deny</button></div></form>',
    )


def error_page(text: str) -> web.Response:
    """Say why there is no way on from here: status 400."""
    return _page("Error", f'<h1>This does not work</h1><p class="problem" role="alert">{escape(text)}</p>', 400)
