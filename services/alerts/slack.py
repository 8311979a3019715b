"""A message in the form of Slack's incoming webhooks, which Mattermost and others read too.

Nothing of an alert is read as a command: what mentions people, such as <!channel>, is escaped.
"""

from __future__ import annotations

from typing import Any

from services.alerts.message import Line, Message

_HEADER = 150
_SECTION = 3_000
"""Characters that Slack takes at most in a block of the kind."""


def slack_document(message: Message) -> dict[str, Any]:
    """The JSON document: `text` for notifications and simple receivers, `blocks` for the rest."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": message.title[:_HEADER], "emoji": False}}
    ]
    blocks += [_section(_line(line)) for line in message.lines]
    if message.rest:
        blocks.append(_section(_escaped(message.rest)))
    context = [f"message {message.id}"]
    if message.link:
        context.insert(0, _link(message.link, "all alerts"))
    blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": " · ".join(context)}]})
    return {"text": _escaped("\n".join(message.plain()[:-2]).strip()), "blocks": blocks}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:_SECTION], "verbatim": True}}


def _line(line: Line) -> str:
    source = f"*{_escaped(line.source)}*: " if line.source else ""
    parts = [f"{source}{_escaped(line.sentence)} ({line.note})"]
    if line.next_step:
        parts.append(f"`{_escaped(line.next_step)}`")
    if line.link:
        parts.append(_link(line.link, "open"))
    return "\n".join(parts)


def _link(url: str, words: str) -> str:
    return f"<{_escaped(url).replace('|', '%7C')}|{words}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
