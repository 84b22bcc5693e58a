"""The simulated Paperless-ngx over HTTP: sign-in by token, versions of the API, refusals in the real one's words.

Unknown paths, and known ones without their slash, are redirected to a login page, as the real one does.
"""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from hmrc_pipeline.simulators.hmrc_http import Broken
from hmrc_pipeline.simulators.paperless_lists import (
    BadFilter,
    InvalidPage,
    chosen_documents,
    document_row,
    paged,
    tag_row,
)
from hmrc_pipeline.simulators.paperless_state import PaperlessState, SimulatedDocument, SimulatedUser

__all__ = ["Refusal", "answer"]

_MONEY = re.compile(r"^([A-Z]{3})?-?\d+(\.\d{1,2})?$")
Body = Any
Handler = Callable[["Call"], Awaitable[Response]]


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, body: Any, **headers: str) -> None:
        super().__init__(status)
        self.response: Response = (
            HTMLResponse(body, status)
            if isinstance(body, str)
            else JSONResponse(body, status, {name.replace("_", "-"): value for name, value in headers.items()})
        )


class Call:
    """One request of a known user."""

    def __init__(self, state: PaperlessState, request: Request, user: SimulatedUser, version: int) -> None:
        self.state, self.request, self.user, self.version = state, request, user, version
        self.numbers: list[int] = []

    def needs(self, right: str) -> None:
        if not (self.user.is_superuser or right in self.user.rights):
            raise Refusal(403, {"detail": "You do not have permission to perform this action."})

    def document(self) -> SimulatedDocument:
        found = self.state.documents.get(self.numbers[0])
        if found is None or found not in self.state.visible(self.user):
            raise Refusal(404, {"detail": "No Document matches the given query."})
        return found


async def answer(state: PaperlessState, request: Request) -> Response:
    """The answer to any request below `/api/`."""
    path = request.url.path
    state.calls.append(f"{request.method} {path}?{request.url.query}".rstrip("?"))
    fault = state.next_fault(path)
    if fault == "drop":
        return Broken(None)
    if fault in ("500", "503"):
        return HTMLResponse("<h1>Server Error</h1>", int(fault))
    if fault and fault.startswith("slow:"):
        await asyncio.sleep(float(fault.partition(":")[2]))
    try:
        found = await _answer(state, request, path)
    except Refusal as refusal:
        found = refusal.response
    except BadFilter as bad:
        found = JSONResponse({bad.args[0]: [bad.args[1]]}, 400)
    except InvalidPage:
        found = JSONResponse({"detail": "Invalid page."}, 404)
    return Broken(found) if fault == "half" else found


async def _answer(state: PaperlessState, request: Request, path: str) -> Response:
    state.settle()
    for method, pattern, handler in _ROUTES:
        match = re.fullmatch(pattern, path)
        if match is None or (method != request.method):
            continue
        if handler in (_update_version,) and not state.is_v3:
            break
        call = Call(state, request, _user(state, request), _version(state, request))
        call.numbers = [int(number) for number in match.groups()]
        if "text/html" in request.headers.get("Accept", "") and request.method == "GET":
            return HTMLResponse("<html>browsable API</html>")
        response = await handler(call)
        response.headers["X-Api-Version"] = "10" if state.is_v3 else "9"
        response.headers["X-Version"] = state.version
        return response
    if request.method == "GET":
        return RedirectResponse(f"/accounts/login/?next={path}", 302)
    return HTMLResponse("<h1>Forbidden</h1><p>CSRF verification failed.</p>", 403)


def _user(state: PaperlessState, request: Request) -> SimulatedUser:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Token":
        detail = {"detail": "Authentication credentials were not provided."}
        raise Refusal(401, detail, WWW_Authenticate="Token")
    if token not in state.users:
        raise Refusal(401, {"detail": "Invalid token."}, WWW_Authenticate="Token")
    return state.users[token]


def _version(state: PaperlessState, request: Request) -> int:
    served = (9, 10) if state.is_v3 else tuple(range(1, 10))
    asked = re.search(r"version=(\w+)", request.headers.get("Accept", ""))
    if asked is None:
        return served[-1]
    if asked[1] not in map(str, served):
        raise Refusal(406, {"detail": 'Invalid version in "Accept" header.'})
    return int(asked[1])


async def _documents(call: Call) -> Response:
    call.needs("view_document")
    with call.state.lock:
        rows = chosen_documents(call.state, call.state.visible(call.user), dict(call.request.query_params))
        page = paged(call.request, rows, lambda row: document_row(call.state, row, call.user), call.version)
    return JSONResponse(page)


async def _document(call: Call) -> Response:
    call.needs("view_document")
    return JSONResponse(document_row(call.state, call.document(), call.user))


async def _change_document(call: Call) -> Response:
    call.needs("change_document")
    document, body = call.document(), await call.request.json()
    changes: dict[str, Any] = {name: body[name] for name in ("title",) if name in body}
    if "tags" in body:
        changes["tags"] = set(body["tags"])
    if "custom_fields" in body:  # the list given replaces the one that was there
        changes["custom_fields"] = {each["field"]: each["value"] for each in body["custom_fields"]}
        for key, value in changes["custom_fields"].items():
            _check_value(call.state, key, value)
    call.state.edit(document.id, **changes)
    return JSONResponse(document_row(call.state, document, call.user))


async def _delete_document(call: Call) -> Response:
    call.needs("change_document")
    call.state.trash([call.document().id])
    return Response(status_code=204)


async def _download(call: Call) -> Response:
    call.needs("view_document")
    document = call.state.documents.get(call.numbers[0])  # the trash is not asked
    if document is None:
        raise Refusal(404, {"detail": "Not found."})
    if not call.state.may_view(call.user, document):
        raise Refusal(403, "Insufficient permissions")
    call.state.downloads.append(document.id)
    asked = call.request.query_params.get("version")
    versions = [each for each in document.versions if asked is None or not call.state.is_v3 or str(each.id) == asked]
    if not versions:
        raise Refusal(404, {"detail": "Not found."})
    version = versions[-1]
    original = call.request.query_params.get("original") == "true"
    content = version.content if original or version.archive is None else version.archive
    return Response(content, media_type="application/pdf", headers={"Content-Disposition": "attachment"})


async def _metadata(call: Call) -> Response:
    call.needs("view_document")
    version = call.document().newest
    return JSONResponse(
        {
            "original_checksum": version.sha256 if call.state.is_v3 else version.md5,
            "original_size": len(version.content),
            "original_mime_type": "application/pdf",
            "has_archive_version": version.archive is not None,
            "lang": "en",
        }
    )


async def _notes(call: Call) -> Response:
    call.needs("add_note")
    document, body = call.document(), await call.request.json()
    _may_change(call, document)
    if call.state.notes_fail:
        return JSONResponse({"error": "Error saving note, check logs for more detail."})
    note = {"id": secrets.randbelow(10**9), "note": body["note"], "user": {"id": call.user.id}}
    call.state.edit(document.id, notes=[note, *document.notes])
    return JSONResponse(document.notes)


async def _remove_note(call: Call) -> Response:
    call.needs("delete_note")
    document, asked = call.document(), call.request.query_params.get("id", "")
    _may_change(call, document)
    left = [note for note in document.notes if str(note["id"]) != asked]
    if len(left) == len(document.notes):
        raise Refusal(404, {"detail": "No Note matches the given query."})
    call.state.edit(document.id, notes=left)
    return JSONResponse(document.notes)


def _may_change(call: Call, document: SimulatedDocument) -> None:
    """Whoever was only given the view of a document may not change it; said as a page, not as JSON."""
    if not call.state.may_change(call.user, document):
        raise Refusal(403, "Insufficient permissions")


async def _bulk_edit(call: Call) -> Response:
    call.needs("change_document")
    body = await call.request.json()
    parameters, state = body.get("parameters", {}), call.state
    missing = [number for number in body["documents"] if number not in state.documents]
    if missing:
        raise Refusal(400, {"documents": [f"Some documents in {missing} don't exist or were specified twice."]})
    for number in body["documents"]:
        _may_change(call, state.documents[number])
    with state.lock:
        if body["method"] == "modify_tags":
            state.bulk_tags(body["documents"], parameters["add_tags"], parameters["remove_tags"])
        elif body["method"] == "modify_custom_fields":
            given = {int(key): value for key, value in parameters["add_custom_fields"].items()}
            for key, value in given.items():
                _check_value(state, key, value)
            for number in body["documents"]:
                fields = state.documents[number].custom_fields
                fields.update(given)
                for key in parameters["remove_custom_fields"]:
                    fields.pop(int(key), None)
                state.touch_later(number)
        else:
            raise Refusal(400, {"method": [f'"{body["method"]}" is not a valid choice.']})
    return JSONResponse({"result": "OK"})


def _check_value(state: PaperlessState, key: int, value: Any) -> None:
    if key not in state.custom_fields:
        raise Refusal(400, {"custom_fields": [f"Custom field {key} does not exist."]})
    if state.custom_fields[key]["data_type"] == "monetary" and not _MONEY.match(str(value)):
        message = "Must be a two-decimal number with optional currency code e.g. GBP123.45"
        raise Refusal(400, {"non_field_errors": [message]})


async def _tags(call: Call) -> Response:
    call.needs("view_tag")
    name = call.request.query_params.get("name__iexact")
    seen = call.state.visible(call.user)
    tags = [t for t in call.state.seen_tags(call.user) if name is None or t.name.casefold() == name.casefold()]
    page = paged(call.request, tags, lambda t: tag_row(t, sum(t.id in d.tags for d in seen)), call.version)
    return JSONResponse(page)


async def _make_tag(call: Call) -> Response:
    body = await call.request.json()
    number = call.state.add_tag(body["name"])
    return JSONResponse(tag_row(call.state.tags[number], 0), 201)


async def _custom_fields(call: Call) -> Response:
    call.needs("view_customfield")
    rows = [type("Row", (), {"id": key, "row": row}) for key, row in call.state.custom_fields.items()]
    return JSONResponse(paged(call.request, rows, lambda each: dict(each.row), call.version))


async def _make_custom_field(call: Call) -> Response:
    body = await call.request.json()
    with call.state.lock:
        if any(row["name"] == body["name"] for row in call.state.custom_fields.values()):
            raise Refusal(400, {"non_field_errors": ["Object violates owner / name unique constraint"]})
        key = max(call.state.custom_fields, default=0) + 1
        call.state.custom_fields[key] = {"id": key, "extra_data": {}, **body}
    return JSONResponse(call.state.custom_fields[key], 201)


async def _trash(call: Call) -> Response:
    call.needs("view_document")
    state = call.state
    rows = [d for d in state.documents.values() if d.deleted_at and state.may_view(call.user, d)]
    return JSONResponse(paged(call.request, rows, lambda row: document_row(state, row, call.user), call.version))


async def _use_trash(call: Call) -> Response:
    call.needs("change_document")
    body = await call.request.json()
    act = {"restore": call.state.restore, "empty": call.state.empty_trash}[body["action"]]
    act(body["documents"])
    return JSONResponse({"result": "OK"})


async def _post_document(call: Call) -> Response:
    parts = _multipart(call.request, await call.request.body())
    if "document" not in parts:
        raise Refusal(400, {"document": ["No file was submitted."]})
    tags = [int(value.decode()) for _, value in parts.get("tags", [])]
    for tag in tags:
        if tag not in call.state.tags:
            raise Refusal(400, {"tags": [f'Invalid pk "{tag}" - object does not exist.']})
    file_name, content = parts["document"][0]
    task, number, problem = secrets.token_hex(16), None, None
    try:
        if not content.startswith(b"%PDF"):
            raise ValueError("File type application/octet-stream not supported", None)
        number = call.state.add_document(content, tags, file_name=file_name, owner=call.user.id)
    except ValueError as error:
        problem, number = error.args
    call.state.tasks[task] = {"document": number, "problem": problem}
    return JSONResponse(task)


async def _update_version(call: Call) -> Response:
    document = call.document()
    parts = _multipart(call.request, await call.request.body())
    label = parts.get("version_label", [("", b"")])[0][1].decode() or None
    call.state.add_version(document.id, parts["document"][0][1], label)
    return JSONResponse(secrets.token_hex(16))


async def _tasks(call: Call) -> Response:
    name = call.request.query_params.get("task_id", "")
    task = call.state.tasks.get(name)
    rows = []
    if task is not None:
        number, problem, done = task["document"], task["problem"], task["problem"] is None
        if call.version >= 10:
            status = "success" if done else "failure"
            rows.append({"task_id": name, "status": status, "related_document_ids": [number] if number else []})
            return JSONResponse({"count": 1, "next": None, "previous": None, "results": rows})
        related = number if call.state.is_v3 or number is None else str(number)
        status = "SUCCESS" if done else "FAILURE"
        rows.append({"task_id": name, "status": status, "related_document": related, "result": problem})
    return JSONResponse(rows)


def _multipart(request: Request, body: bytes) -> dict[str, list[tuple[str, bytes]]]:
    head = f"Content-Type: {request.headers.get('Content-Type', '')}\r\n\r\n".encode()
    parts: dict[str, list[tuple[str, bytes]]] = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        name = part.get_param("name", header="Content-Disposition")
        value = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes):
            parts.setdefault(name, []).append((part.get_filename() or "", value))
    return parts


_ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", r"/api/documents/", _documents),
    ("POST", r"/api/documents/post_document/", _post_document),
    ("POST", r"/api/documents/bulk_edit/", _bulk_edit),
    ("GET", r"/api/documents/(\d+)/", _document),
    ("PATCH", r"/api/documents/(\d+)/", _change_document),
    ("DELETE", r"/api/documents/(\d+)/", _delete_document),
    ("GET", r"/api/documents/(\d+)/download/", _download),
    ("GET", r"/api/documents/(\d+)/metadata/", _metadata),
    ("POST", r"/api/documents/(\d+)/notes/", _notes),
    ("DELETE", r"/api/documents/(\d+)/notes/", _remove_note),
    ("POST", r"/api/documents/(\d+)/update_version/", _update_version),
    ("GET", r"/api/tags/", _tags),
    ("POST", r"/api/tags/", _make_tag),
    ("GET", r"/api/custom_fields/", _custom_fields),
    ("POST", r"/api/custom_fields/", _make_custom_field),
    ("GET", r"/api/trash/", _trash),
    ("POST", r"/api/trash/", _use_trash),
    ("GET", r"/api/tasks/", _tasks),
]
