"""Our application at HMRC: what the settings say of it, and what they leave to HashiCorp Vault.

Whoever talks to HMRC begins here. Where tokens rest belongs to `token_stores`.
"""

from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from hmrc_pipeline.hmrc.fraud_headers import is_device_id
from hmrc_pipeline.hmrc.token_stores import StoreProblem, kv_of
from hmrc_pipeline.home import Home
from hmrc_pipeline.settings import Settings

__all__ = ["with_secrets"]

_SECRET = frozenset({"hmrc_client_secret", "sync_token"})
_SHORTEST_TOKEN = 32


def with_secrets(home: Home) -> Home:
    """HOME with what its settings leave open filled from Vault: client id and secret, SYNC_TOKEN, device id.

    What is set counts more than what Vault holds, and Vault is not asked while nothing is open. Raises
    `StoreProblem` when Vault cannot be read or holds something that cannot be used; the message repeats no value.
    """
    settings = home.settings
    keys = {
        "hmrc_client_id": settings.vault_client_id_key,
        "hmrc_client_secret": settings.vault_client_secret_key,
        "sync_token": settings.vault_sync_token_key,
        "hmrc_device_id": settings.vault_device_id_key,
    }
    wanted = {name: key for name, key in keys.items() if not getattr(settings, name)}
    if settings.vault_url is None or not wanted:
        return home
    held = _held(settings)
    found = {name: str(held[key]) for name, key in wanted.items() if held.get(key)}
    _require_usable(found, keys)
    values = {name: SecretStr(text) if name in _SECRET else text for name, text in found.items()}
    return replace(home, settings=settings.model_copy(update=values))


def _require_usable(found: dict[str, str], keys: dict[str, str]) -> None:
    if "sync_token" in found and len(found["sync_token"]) < _SHORTEST_TOKEN:
        raise StoreProblem(f"{keys['sync_token']} in Vault must have {_SHORTEST_TOKEN} characters or more")
    if "hmrc_device_id" in found and not is_device_id(found["hmrc_device_id"]):
        raise StoreProblem(f"{keys['hmrc_device_id']} in Vault must be a UUID in small letters")


def _held(settings: Settings) -> dict[str, Any]:
    """What lies at our path. Whatever the client library raises goes no further: its text may hold the token."""
    kv = kv_of(settings)
    try:
        answer = kv.read_secret_version(
            path=settings.vault_path, mount_point=settings.vault_mount, raise_on_deleted_version=True
        )
        return dict(answer["data"]["data"])
    except Exception as problem:
        if type(problem).__name__ == "InvalidPath":  # hvac's word for 404
            return {}
    raise StoreProblem("Vault cannot be read: check HMRC_PIPELINE_VAULT_URL, _MOUNT, _PATH and its token")
