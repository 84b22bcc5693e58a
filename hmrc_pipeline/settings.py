"""Settings: one typed object, read from the environment (prefix `HMRC_PIPELINE_`) and `.env`.

A secret may stand in a file instead: `HMRC_PIPELINE_HMRC_CLIENT_SECRET_FILE=/run/secrets/hmrc`.
Nothing is read at import; whoever needs settings calls `load_settings()` and passes them on.
"""

import ipaddress
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from hmrc_pipeline.problems import Problem
from hmrc_pipeline.tax_year import NotATaxYear, TaxYear

__all__ = ["DAGSTER_PORT", "Settings", "SettingsProblem", "address_of", "load_settings", "make_closed"]

PREFIX = "HMRC_PIPELINE_"
VERSION = r"^\d{1,2}\.\d{1,2}$"
SANDBOX = "https://test-api.service.hmrc.gov.uk"
DAGSTER_PORT = 3000


class SettingsProblem(Problem):
    """A setting is wrong; the message names it and says what to write, never what was written."""


class _SecretFiles(PydanticBaseSettingsSource):
    """`<NAME>_FILE` beside any secret setting: the value is the file's first line."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{PREFIX}{field_name}_file".upper())
        is_secret = "SecretStr" in str(field.annotation)
        if not path or not is_secret:
            return None, field_name, False
        return Path(path).read_text(encoding="utf-8").strip(), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


class Settings(BaseSettings):
    """Every setting with its default; nothing needs to be set for a first run."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    home: Path = Field(
        default_factory=lambda: user_data_path("hmrc-pipeline", appauthor=False),
        description="Folder of everything we keep; mode 0700",
    )
    database_url: SecretStr | None = Field(
        None,
        description="SQLite in HOME unless a PostgreSQL URL is given: of the server, or of a pooler that keeps a "
        "connection for a session",
    )
    document_store: Path | None = Field(None, description="Folder of the encrypted originals; HOME/documents")
    secret_key_file: Path | None = Field(
        None, description="Key file, made on first run with mode 0600; HOME/secret.key"
    )
    documents_folder: Path | None = Field(None, description="Folder to look for PDFs in, sub-folders included")
    paperless_url: AnyHttpUrl | None = Field(None, description="Address of your Paperless-ngx, with its path if any")
    paperless_token: SecretStr | None = Field(
        None, description="API token of a Paperless user who may view documents and tags"
    )
    paperless_payslip_tag: str = Field("payslip", min_length=1, description="The tag your payslips carry in Paperless")
    paperless_p60_tag: str = Field("p60", min_length=1, description="The tag your P60s carry in Paperless")
    paperless_write_back: str = Field(
        "",
        description="What is written to Paperless documents: any of amounts, status, notes, separated by commas",
    )
    pdf_passwords_file: Path | None = Field(None, description="Passwords to try on locked PDFs, one a line")
    hmrc_api_url: AnyHttpUrl = Field(
        AnyHttpUrl(SANDBOX), description="HMRC's API; the sandbox unless you say otherwise"
    )
    hmrc_authorise_url: AnyHttpUrl = Field(
        AnyHttpUrl("https://test-www.tax.service.gov.uk/oauth/authorize"), description="Where a person signs in"
    )
    hmrc_token_url: AnyHttpUrl = Field(AnyHttpUrl(f"{SANDBOX}/oauth/token"), description="Where tokens are exchanged")
    hmrc_client_id: str | None = Field(None, description="Client id of your application at HMRC's Developer Hub")
    hmrc_client_secret: SecretStr | None = Field(None, description="Its client secret")
    hmrc_redirect_uri: str = Field(
        "http://localhost:8080/oauth/callback", description="Sent byte for byte as registered at the Developer Hub"
    )
    hmrc_individual_tax_version: str = Field("1.1", pattern=VERSION, description="Version asked of Individual Tax")
    hmrc_individual_income_version: str = Field("1.2", pattern=VERSION, description="Version of Individual Income")
    hmrc_individual_employment_version: str = Field(
        "1.2", pattern=VERSION, description="Version asked of Individual Employment"
    )
    hmrc_individual_benefits_version: str = Field("1.1", pattern=VERSION, description="Version of Individual Benefits")
    hmrc_national_insurance_version: str = Field("1.1", pattern=VERSION, description="Version of National Insurance")
    hmrc_device_id: str | None = Field(
        None,
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
        description="This installation's id in what HMRC is sent, a UUID; made once and kept in HOME/device-id",
    )
    hmrc_apis: str = Field(
        "individual-tax,individual-income,individual-employment,individual-benefits,national-insurance",
        description="HMRC APIs your application is subscribed to, separated by commas; nothing else is asked for",
    )
    vault_url: AnyHttpUrl | None = Field(
        None, description="HashiCorp Vault that keeps HMRC's tokens and our application's secrets; none: our database"
    )
    vault_token: SecretStr | None = Field(None, description="Token for Vault")
    vault_mount: str = Field("secret", description="Mount of its KV version 2 engine")
    vault_path: str = Field("hmrc-pipeline", description="Path of our secrets in it; tokens lie below it")
    vault_client_id_key: str = Field("hmrc_prod_client_id", description="Key of the client id in Vault")
    vault_client_secret_key: str = Field("hmrc_prod_client_secret", description="Key of the client secret in Vault")
    vault_sync_token_key: str = Field("hmrc_sync_webhook_token", description="Key of SYNC_TOKEN in Vault")
    vault_device_id_key: str = Field("hmrc_device_id", description="Key of the device id in Vault")
    incumbent_person: str | None = Field(
        None, description="Person shown by the compatible views on PostgreSQL; the only person unless set"
    )
    first_tax_year: str = Field("2016-17", description="First tax year kept")
    tolerance: Decimal = Field(Decimal("0.00"), ge=0, description="Difference in pounds still called agreement")
    alert_urls: SecretStr | None = Field(None, description="Apprise URLs of the channels to tell, separated by commas")
    web_host: str = Field("127.0.0.1", description="Address the web application binds to")
    web_port: int = Field(8090, description="Its port")
    public_url: AnyHttpUrl | None = Field(
        None, description="How people reach the web application; this machine at WEB_PORT unless set"
    )
    dagster_url: AnyHttpUrl | None = Field(
        None,
        description="How people reach the Dagster UI, for links in messages; this machine at `up`'s port unless set",
    )
    public_ip: str | None = Field(
        None, description="Public IP address of the web application, which HMRC wants to be told"
    )
    sync_token: SecretStr | None = Field(
        None, min_length=32, description="Bearer token of POST /sync; without one the address is closed"
    )
    webhook_token: SecretStr | None = Field(
        None, min_length=32, description="Bearer token of POST /webhook; without one the address is closed"
    )
    monitor_addresses: str = Field(
        "", description="Networks beside this machine that may ask for health, separated by commas"
    )
    trusted_proxies: str = Field(
        "", description="Networks of your reverse proxies, whose X-Forwarded-For is believed, separated by commas"
    )

    @field_validator("home", "document_store", "secret_key_file", "documents_folder", "pdf_passwords_file")
    @classmethod
    def _expand(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else path

    @field_validator("monitor_addresses", "trusted_proxies")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        try:
            networks = [ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip()]
        except ValueError:
            raise ValueError("write addresses or networks as 10.0.0.0/8, separated by commas") from None
        return ",".join(map(str, networks))

    @field_validator("public_ip")
    @classmethod
    def _is_address(cls, text: str | None) -> str | None:
        try:
            return str(ipaddress.ip_address(text)) if text else None
        except ValueError:
            raise ValueError("write an address as 203.0.113.6") from None

    @field_validator("paperless_url")
    @classmethod
    def _names_no_user(cls, url: AnyHttpUrl | None) -> AnyHttpUrl | None:
        if url is not None and (url.username or url.password or url.query or url.fragment):
            raise ValueError("write the address alone; the token belongs in PAPERLESS_TOKEN")
        return url

    @field_validator("paperless_write_back")
    @classmethod
    def _is_known(cls, text: str) -> str:
        words = [word.strip() for word in text.split(",") if word.strip()]
        if unknown := set(words) - {"amounts", "status", "notes"}:
            raise ValueError(f"write any of amounts, status, notes; {len(unknown)} of your words are others")
        return ",".join(words)

    @field_validator("first_tax_year")
    @classmethod
    def _is_tax_year(cls, text: str) -> str:
        try:
            return TaxYear.parse(text).label
        except NotATaxYear:
            raise ValueError("write a tax year as 2024-25") from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _SecretFiles(settings_cls), dotenv_settings, file_secret_settings

    @property
    def first_year(self) -> TaxYear:
        return TaxYear.parse(self.first_tax_year)

    @property
    def key_file(self) -> Path:
        return self.secret_key_file or self.home / "secret.key"

    @property
    def originals(self) -> Path:
        return self.document_store or self.home / "documents"

    @property
    def layouts(self) -> Path:
        """Folder of the user's own layouts of payslips."""
        return self.home / "layouts"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def web_address(self) -> str:
        """How people reach the web application, without a trailing slash."""
        return str(self.public_url or address_of(self.web_host, self.web_port, here="localhost")).rstrip("/")

    @property
    def dagster_address(self) -> str:
        """How people reach the Dagster UI, without a trailing slash."""
        return str(self.dagster_url or f"http://127.0.0.1:{DAGSTER_PORT}").rstrip("/")

    @property
    def database(self) -> str:
        """The database URL in clear; for the engine only, never for a message."""
        if self.database_url:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'hmrc.db'}"

    def make_home(self) -> Path:
        """Create HOME, closed to others, when it does not exist. Raises `SettingsProblem`."""
        try:
            make_closed(self.home)
        except OSError as error:
            why = (error.strerror or "it is refused").lower()
            raise SettingsProblem(
                f"{self.home} cannot be made ({why}): set HMRC_PIPELINE_HOME to a folder you may write to"
            ) from None
        return self.home


def make_closed(folder: Path) -> None:
    """Make a folder and those it stands in, as far as they are missing, each closed to other users."""
    for each in (*reversed(folder.parents), folder):
        each.mkdir(mode=0o700, exist_ok=True)


def address_of(host: str, port: int, *, here: str) -> str:
    """`http://host:port`, with the name `here` where the host means this machine or each of its addresses."""
    try:
        bound = ipaddress.ip_address(host)
    except ValueError:
        name = here if host in {"", "localhost"} else host
    else:
        is_here = bound.is_loopback or bound.is_unspecified
        name = here if is_here else f"[{host}]" if bound.version == 6 else host
    return f"http://{name}:{port}"


def load_settings(**overrides: Any) -> Settings:
    """Settings of this process. Raises `SettingsProblem` with one sentence a wrong setting."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        wrong = "; ".join(f"{PREFIX}{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsProblem(wrong) from None
    except OSError as error:
        raise SettingsProblem(f"a setting names a file that cannot be read: {error.filename}") from None
