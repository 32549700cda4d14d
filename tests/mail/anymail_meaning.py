"""What a request to a provider means, whoever wrote it: flat, so that two can be compared field by field."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qsl

from .scripted_http import Heard

Said = dict[str, Any]

TRANSPORT = {"accept", "accept-encoding", "connection", "content-length", "host", "user-agent"}
OF_THE_FORM = {"content-type", "content-transfer-encoding", "mime-version"}
ADDRESSES = {"from", "to", "reply-to"}


def meaning(provider: str, heard: Heard) -> Said:
    """Addresses are pairs of name and mailbox; a header is `header NAME`, one of HTTP `http NAME`."""
    said = {"path": heard.path, **READERS[provider](heard), **_http(provider, heard.headers)}
    return {name: value for name, value in said.items() if value not in (None, [], {})}


def _http(provider: str, headers: Mapping[str, str]) -> Said:
    """A signature of SES covers the time, so that no two are the same; test_ses has a judge for it."""
    told = {name: value.partition(";")[0] for name, value in headers.items() if name not in TRANSPORT}
    signed = ("authorization", "amz-sdk", "x-amz") if provider == "ses" else ()
    return {f"http {name}": value for name, value in told.items() if not name.startswith(signed)}


def _postmark(heard: Heard) -> Said:
    fields = heard.letter
    return {
        "from": _mailboxes(fields.pop("From")),
        "to": _mailboxes(fields.pop("To")),
        "reply-to": _mailboxes(fields.pop("ReplyTo", "")),
        "subject": fields.pop("Subject"),
        "text": fields.pop("TextBody"),
        "html": fields.pop("HtmlBody"),
        "delivery": fields.pop("Metadata")["delivery"],
        **_headers((one["Name"], one["Value"]) for one in fields.pop("Headers")),
        **fields,
    }


def _sendgrid(heard: Heard) -> Said:
    """`reply_to` is for one address, `reply_to_list` for many: the mail is the same."""
    fields = heard.letter
    [person] = fields.pop("personalizations")
    parts = {one["type"]: one["value"] for one in fields.pop("content")}
    answers = fields.pop("reply_to_list", None) or [fields.pop("reply_to", None)]
    return {
        "from": _pairs([fields.pop("from")]),
        "to": _pairs(person.pop("to")),
        "reply-to": _pairs(answers),
        "subject": fields.pop("subject"),
        "text": parts.pop("text/plain"),
        "html": parts.pop("text/html"),
        "delivery": fields.pop("custom_args")["delivery"],
        **{f"tracking {name}": one for name, one in fields.pop("tracking_settings", {}).items()},
        **_headers(fields.pop("headers").items()),
        **fields,
        **person,
        **parts,
    }


def _resend(heard: Heard) -> Said:
    fields = heard.letter
    [tag] = fields.pop("tags")
    return {
        "from": _mailboxes(fields.pop("from")),
        "to": _mailboxes(*fields.pop("to")),
        "reply-to": _mailboxes(*fields.pop("reply_to", [])),
        "delivery": tag["value"] if tag["name"] == "delivery" else None,
        **_headers(fields.pop("headers").items()),
        **fields,
    }


def _brevo(heard: Heard) -> Said:
    """Its webhooks give one header back: the number, or anymail's JSON that holds it."""
    fields = heard.letter
    headers = fields.pop("headers")
    custom = json.loads(headers.pop("X-Mailin-custom"))
    return {
        "from": _pairs([fields.pop("sender")]),
        "to": _pairs(fields.pop("to")),
        "reply-to": _pairs([fields.pop("replyTo", None)]),
        "text": fields.pop("textContent"),
        "html": fields.pop("htmlContent"),
        "delivery": str(custom["delivery"] if isinstance(custom, dict) else custom),
        **_headers(headers.items()),
        **fields,
    }


def _mailgun(heard: Heard) -> Said:
    """Ours is a form with our MIME as a file; anymail's has a field for each part, and `h:` for headers."""
    kind = heard.headers["content-type"]
    if kind.startswith("multipart/"):
        fields, mime = _form(f"Content-Type: {kind}\r\n\r\n".encode() + heard.content)
        said = _mime(mime) | {"envelope to": fields.pop("to")}
    else:
        fields = dict(parse_qsl(heard.content.decode(), keep_blank_values=True))
        own = {name: fields.pop(name) for name in list(fields) if name.startswith("h:")}
        said = {"from": _mailboxes(fields.pop("from")), "to": _mailboxes(fields.pop("to"))}
        said |= _headers((name[2:], value) for name, value in own.items())
        said["envelope to"] = said["to"][0][1]
    return said | {"delivery": fields.pop("v:delivery"), **fields}


def _ses(heard: Heard) -> Said:
    fields = heard.letter
    [tag], [to] = fields.pop("EmailTags"), fields.pop("Destination")["ToAddresses"]
    return {
        **_mime(b64decode(fields.pop("Content")["Raw"]["Data"])),
        "envelope to": to,
        "delivery": tag["Value"] if tag["Name"] == "delivery" else None,
        **fields,
    }


READERS: Mapping[str, Callable[[Heard], Said]] = {
    "brevo": _brevo,
    "mailgun": _mailgun,
    "postmark": _postmark,
    "resend": _resend,
    "sendgrid": _sendgrid,
    "ses": _ses,
}


def _form(content: bytes) -> tuple[dict[str, str], bytes]:
    """The fields of a form, and the file in it."""
    fields: dict[str, str] = {}
    mime = b""
    for part in message_from_bytes(content, policy=policy.HTTP).iter_parts():
        name = part.get_param("name", header="content-disposition")
        if part.get_filename():
            mime = part.get_payload(0).as_bytes(policy=policy.SMTP)
        else:
            fields[name] = part.get_payload().strip()
    return fields, mime


def _mime(content: bytes) -> Said:
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    text, html = mail.iter_parts()
    said = {"subject": str(mail["subject"]), "text": _content(text), "html": _content(html)}
    return said | _headers((name, str(value)) for name, value in mail.items() if name.lower() != "subject")


def _content(part: EmailMessage) -> str:
    """Lines end as they do in JSON."""
    return str(part.get_content()).replace("\r\n", "\n")


def _headers(told: Iterable[tuple[str, str]]) -> Said:
    said: Said = {}
    for name, value in told:
        if name.lower() in ADDRESSES:
            said[name.lower()] = _mailboxes(value)
        elif name.lower() not in OF_THE_FORM:
            said[f"header {name.lower()}"] = value.strip()
    return said


def _mailboxes(*told: str) -> list[tuple[str, str]]:
    """As a mail's reader would see them, whether quoted, in encoded words or bare."""
    read = [HeaderRegistry()("to", one).addresses for one in told if one]
    return [(one.display_name, one.addr_spec) for found in read for one in found]


def _pairs(told: Iterable[Mapping[str, str] | None]) -> list[tuple[str, str]]:
    return [(one.get("name", ""), one["email"]) for one in told if one]
