"""Whether Paperless can be followed as the settings say: each answer with what to do. Looks, changes nothing."""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, Literal

import httpx

from hmrc_pipeline.documents.paperless import PaperlessClient, Sample, Tag
from hmrc_pipeline.documents.paperless_http import PaperlessProblem
from hmrc_pipeline.settings import Settings
from hmrc_pipeline.wording import count_of

__all__ = ["Advice", "State", "check_paperless"]

State = Literal["good", "look", "wrong"]

_OLDEST: Final = (2, 20)
_SKEW_SECONDS: Final = 60
_SAMPLE: Final = 50


@dataclass(frozen=True)
class Advice:
    """One thing that was looked at: good, worth a look, or wrong; the sentence says what to do."""

    name: str
    state: State
    sentence: str


def check_paperless(
    settings: Settings,
    *,
    now: datetime,
    known: int = 0,
    reads_pictures: bool = False,
    transport: httpx.BaseTransport | None = None,
) -> list[Advice]:
    """Everything about the server, its tags and the token's rights.

    `known`: how many documents we hold of it. `reads_pictures`: pictures of text can be read here.
    """
    if settings.paperless_url is None and settings.paperless_token is None:
        return []
    client = PaperlessClient.of(settings, transport=transport)
    if client is None:
        missing = "PAPERLESS_TOKEN" if settings.paperless_token is None else "PAPERLESS_URL"
        return [Advice("paperless", "wrong", f"Set HMRC_PIPELINE_{missing} too: Paperless is followed with both.")]
    with client:
        try:
            return [
                _server(client),
                *_line(client),
                *_clock(client, now),
                *_tags(client, settings, known, reads_pictures),
            ]
        except PaperlessProblem as problem:
            return [Advice("paperless", "wrong", f"{str(problem).removesuffix('.')}.")]


def _server(client: PaperlessClient) -> Advice:
    client.http.get("/api/tags/", {"page_size": "1"}, always=True)
    version = client.http.version or "of unknown version"
    numbers = [int(part) for part in version.split(".")[:2] if part.isdecimal()]
    if tuple(numbers) < _OLDEST:
        return Advice(
            "paperless",
            "look",
            f"{client.address} is Paperless-ngx {version}: bring it to 2.20 or 3, which are tried.",
        )
    return Advice("paperless", "good", f"{client.address} is Paperless-ngx {version} and accepts the token.")


def _line(client: PaperlessClient) -> Iterator[Advice]:
    url = httpx.URL(client.address)
    if url.scheme == "http" and not _is_near(url.host):
        yield Advice("paperless line", "look", "The token and your payslips travel in the clear: use an https address.")


def _is_near(host: str) -> bool:
    """A name without dots, or an address of this machine or a private network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".internal", ".home.arpa"))
    return address.is_private or address.is_loopback


def _clock(client: PaperlessClient, now: datetime) -> Iterator[Advice]:
    try:
        skew = (parsedate_to_datetime(client.http.clock_header or "") - now).total_seconds()
    except (ValueError, TypeError):
        return
    if abs(skew) > _SKEW_SECONDS:
        yield Advice(
            "paperless clock",
            "look",
            f"Its clock differs from ours by {abs(skew):.0f} seconds. Nothing is missed for that, but HMRC rejects "
            "wrong times: set both by a time server.",
        )
    else:
        yield Advice("paperless clock", "good", "Its clock and ours agree.")


def _tags(client: PaperlessClient, settings: Settings, known: int, reads_pictures: bool) -> Iterator[Advice]:
    payslip = client.tag(settings.paperless_payslip_tag)
    p60 = client.tag(settings.paperless_p60_tag)
    yield _tag("payslip tag", payslip, settings.paperless_payslip_tag, "PAYSLIP", "wrong", "Nothing is taken in")
    yield _tag("P60 tag", p60, settings.paperless_p60_tag, "P60", "look", "P60s are not looked for")
    tags = [tag.id for tag in (payslip, p60) if tag]
    if not tags:
        return
    visible = client.count(tags)
    if not visible:
        yield Advice(
            "paperless documents",
            "look",
            "No tagged document is to be seen: tag your payslips, and let the token's user view them (a workflow in "
            "Paperless can give that right, or take their owner away). Paperless hides others without saying so.",
        )
        return
    seen = count_of(visible, "tagged document is", "tagged documents are")
    if visible < known:
        yield Advice(
            "paperless documents",
            "look",
            f"{seen} to be seen, {known} were: does the token's user still have its rights?",
        )
    else:
        yield Advice("paperless documents", "good", f"{seen} to be seen.")
    rows = client.newest(tags, _SAMPLE)
    yield from _text(rows, client.http.version or "", reads_pictures=reads_pictures)
    if settings.paperless_write_back:
        yield from _changes(rows)


def _tag(name: str, tag: Tag | None, wanted: str, setting: str, state: State, without: str) -> Advice:
    if tag is None:
        return Advice(
            name,
            state,
            f"There is no tag “{wanted}” that the token's user may see: make it, or name yours in "
            f"HMRC_PIPELINE_PAPERLESS_{setting}_TAG. {without} until then.",
        )
    return Advice(name, "good", f"“{tag.name}” is there.")


def _text(rows: Sequence[Sample], version: str, *, reads_pictures: bool) -> Iterator[Advice]:
    locked = sum(row.pages is None and not row.has_text for row in rows)
    bare = sum(row.pages is not None and not row.has_text for row in rows)
    # Since version 3 only what has no text of its own gets an archive file.
    scans = sum(row.has_archive and row.has_text for row in rows) if not version.startswith("2.") else 0
    if locked:
        yield Advice(
            "paperless text",
            "look",
            f"{locked} of the newest {len(rows)} have neither text nor pages, as PDFs with a password do: put the "
            "passwords into the file that HMRC_PIPELINE_PDF_PASSWORDS_FILE names.",
        )
    pictures = 0 if reads_pictures else bare + scans
    if pictures:
        yield Advice(
            "paperless text",
            "look",
            f"{pictures} of the newest {len(rows)} are pictures of text. The uploaded file is read, not what "
            "Paperless recognised in it: ask your employer for the PDF itself, or install hmrc-pipeline[ocr].",
        )
    if not (locked or pictures):
        yield Advice("paperless text", "good", "The newest documents have text.")


def _changes(rows: Sequence[Sample]) -> Iterator[Advice]:
    closed = sum(not row.may_be_changed for row in rows)
    if closed:
        yield Advice(
            "paperless write-back",
            "look",
            f"{closed} of the newest {len(rows)} may be viewed and not changed by the token's user, so nothing is "
            "written to them: give that user the right to change them.",
        )
    else:
        yield Advice("paperless write-back", "good", "The newest documents may be written to.")
