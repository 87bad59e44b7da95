"""Logging in by authorization code: the page on which a person allows it.

`/restapi/oauth/authorize` shows a plain page that needs no script; who presses Allow or Deny is sent back to the app.
Sources: the platform's guide to the authorization code flow, RFC 6749, and RFC 8252 for apps on this machine, whose
port may be any.
"""

import re
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tui.simulator.account import ADMINISTRATOR
from tui.simulator.answers import Answer, Query
from tui.simulator.codes import CODE_TTL, Form
from tui.simulator.options import LOOPBACK
from tui.simulator.platform import Platform

_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")

_STYLE = "body{font:1em sans-serif;max-width:34em;margin:3em auto}button{font:inherit;padding:.4em 1.2em}"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def authorize(platform: Platform, method: str, query: Query, form: Form) -> Answer:
    """`GET` and `POST /restapi/oauth/authorize`: ask the person, or take the answer.

    An app that is not known, or wants the answer sent elsewhere than it has said, is told to the person and nowhere
    else; all else goes back to the app.
    """
    wanted = {name: values[-1] for name, values in query.items()} | dict(form)
    if problem := _stranger(platform, wanted):
        return _page("This app cannot be allowed", f"<p>{escape(problem)}", 400)
    if error := _error(platform, wanted):
        return _sent_back(wanted, error=error)
    if method == "GET":
        return _question(platform, wanted)
    if wanted.get("decision") == "allow":
        return _sent_back(wanted, code=platform.codes.give(wanted, platform.now()), expires_in=f"{CODE_TTL:g}")
    return _sent_back(wanted, error="access_denied")


def _stranger(platform: Platform, wanted: Form) -> str:
    """Why an app cannot be trusted with an answer; empty if it can."""
    if wanted.get("client_id") not in (platform.credentials.client_id, f"{platform.credentials.client_id}~public"):
        return "No app has this client id. Check the client id in its settings."
    redirect_uri = wanted.get("redirect_uri", "")
    if redirect_uri == platform.options.redirect_uri or _is_on_this_machine(redirect_uri):
        return ""
    return "The redirect URI is not one of this app. Compare it with those in the app's settings."


def _is_on_this_machine(redirect_uri: str) -> bool:
    try:
        redirect = urlsplit(redirect_uri)
    except ValueError:
        return False
    return redirect.scheme == "http" and redirect.hostname in LOOPBACK and not redirect.fragment


def _error(platform: Platform, wanted: Form) -> str:
    """What is wrong with a request, in the words of OAuth; empty if nothing is."""
    if wanted.get("response_type") != "code":
        return "unsupported_response_type"
    challenge, public = wanted.get("code_challenge", ""), wanted["client_id"] != platform.credentials.client_id
    if not challenge:
        return "invalid_request" if public or "code_challenge_method" in wanted else ""
    known = wanted.get("code_challenge_method", "plain") in ("plain", "S256")
    return "" if known and _CHALLENGE.fullmatch(challenge) else "invalid_request"


def _sent_back(wanted: Form, **told: str) -> Answer:
    """The way back to the app, with its own state."""
    if "state" in wanted:
        told["state"] = wanted["state"]
    redirect = urlsplit(wanted["redirect_uri"])
    query = urlencode([*parse_qsl(redirect.query, keep_blank_values=True), *told.items()])
    return Answer(303, None, {"Location": urlunsplit(redirect._replace(query=query)), "Cache-Control": "no-store"})


def _question(platform: Platform, wanted: Form) -> Answer:
    person = platform.account.extensions[ADMINISTRATOR].name
    host = escape(urlsplit(wanted["redirect_uri"]).netloc)
    buttons = "".join(f'<button name="decision" value="{word.lower()}">{word}</button> ' for word in ("Allow", "Deny"))
    # A form without an action is sent to the page's own address, which holds all that was asked.
    return _page(
        "Allow this app?",
        f"<p>You are signed in as <b>{escape(person)}</b>. An app on <b>{host}</b> asks to see the company's"
        f' extensions, their presence and calls.<form method="post">{buttons}</form>',
    )


def _page(title: str, content: str, status: int = 200) -> Answer:
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<h1>{title}</h1>{content}<p><small>A RingCentral in a box: nobody is really signed in.</small></html>"
    )
    return Answer(status, text.encode(), dict(_HEADERS), "text/html")
