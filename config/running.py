"""Asking the hotline that runs on these settings through its API, signed in by the operator's pass."""

import ssl
from typing import Any

import aiohttp

from config.language import said
from cti.api.operator_pass import Pass
from cti.problems import Problem, Refused

DEADLINE = aiohttp.ClientTimeout(total=5)


class NoAnswer(Refused):
    """The hotline that runs cannot be asked."""


class NotThere(Refused):
    """The hotline knows nothing of that name."""


def session(pass_: Pass) -> aiohttp.ClientSession:
    """A client that is signed in; close it. Its requests name whole addresses."""
    connector = aiohttp.TCPConnector(ssl=trusting(pass_.certificate)) if pass_.certificate else None
    headers = {"Cookie": f"{pass_.cookie}={pass_.token}"}
    return aiohttp.ClientSession(headers=headers, timeout=DEADLINE, connector=connector)


def trusting(certificate: str) -> ssl.SSLContext:
    """Trusts the very certificate that the hotline shows, whatever name stands in it: this machine's seldom does."""
    context = ssl.create_default_context(cafile=certificate)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.check_hostname = False
    return context


def no_answer(pass_: Pass, error: Exception) -> NoAnswer:
    """What to say when a request failed for want of an answer."""
    what = f"does not answer: {error or 'no answer in time'}"
    return NoAnswer(Problem(pass_.url, what, "see the log of hotline run"))


async def ask(pass_: Pass, path: str, body: dict[str, Any] | None = None, *, method: str = "") -> Any:
    """GET `/api/v1/PATH`, or POST a JSON object to it unless another method is said; the JSON answered.

    Raises Refused with the problems named in the answer, NotThere when it is a 404, NoAnswer when there is none.
    """
    try:
        method = method or ("GET" if body is None else "POST")
        url = f"{pass_.url}/api/v1/{path}"
        async with (
            session(pass_) as client,
            client.request(method, url, json=body, headers={"Accept-Language": said("en", "zh-CN")}) as answer,
        ):
            found = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise no_answer(pass_, error) from error
    if answer.status < 400:
        return found
    named = [Problem(one["place"], one["what"], one["mend"]) for one in found.get("problems", ())]
    refused = NotThere if answer.status == 404 else Refused
    raise refused(*named or [Problem(path, found["title"], found["detail"])])
