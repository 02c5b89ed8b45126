"""Each import contract holds, and is seen to fail on a violation that was planted for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
# They have no doors: `core` lies under everything, and `web` under every edge.
FLOORS = {"core", "web"}
ROOMS = sorted(
    folder.parent.name
    for folder in ROOT.glob("lms/*/__init__.py")
    if folder.parent.name not in FLOORS
)

# Each maps files to the line that is added to them, and names the contracts that must then break.
VIOLATIONS = {
    "a lower room imports a higher one": ({"core/clock.py": "import lms.web"}, {"rooms"}),
    "a room has no place in the stack": ({"annex/__init__.py": ""}, {"rooms"}),
    "a lower storey imports a higher one": (
        {"accounts/queries/people.py": "import lms.accounts.commands"},
        {"storeys"},
    ),
    "one edge imports another": (
        {"accounts/pages/passwords.py": "import lms.accounts.api"},
        {"storeys"},
    ),
    "a file has no storey": ({"accounts/odds_and_ends.py": ""}, {"storeys"}),
    "a policy knows the database": ({"accounts/policy.py": "import sqlalchemy"}, {"pure"}),
    "a policy knows the database by way of a room's front door": (
        {"accounts/policy.py": "import lms.institutions"},
        {"pure"},
    ),
    "a command knows the web": ({"accounts/commands/people.py": "import lms.web"}, {"web"}),
    "the assembly of the rooms reaches behind their doors": (
        {"app.py": "\n".join(f"import lms.{room}.models" for room in ROOMS)},
        {f"doors-{room}" for room in ROOMS},
    ),
    "a higher room reaches behind a lower one's doors": (
        {"accounts/queries/people.py": "import lms.institutions.queries"},
        {"doors-institutions"},
    ),
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keeps what was read of the files that no violation touches."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the source and of its contracts, to plant violations in."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    only_source = shutil.ignore_patterns("__pycache__", "static", "templates", "fonts")
    shutil.copytree(ROOT / "lms", tmp_path / "lms", ignore=only_source)
    return tmp_path


def broken_contracts(project: Path, cache: Path) -> set[str]:
    """Run lint-imports in `project` and return the ids of the contracts that it calls broken."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--cache-dir", cache],
        cwd=project,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    broken = {contract["id"] for contract in CONTRACTS if f"{contract['name']} BROKEN" in said}
    kept = {contract["id"] for contract in CONTRACTS if f"{contract['name']} KEPT" in said}
    assert broken | kept == {contract["id"] for contract in CONTRACTS}, said
    assert bool(done.returncode) == bool(broken), said
    return broken


def plant(project: Path, lines: Mapping[str, str]) -> None:
    for name, line in lines.items():
        path = project / "lms" / name
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")


def test_the_source_keeps_every_contract(project: Path, cache: Path) -> None:
    assert broken_contracts(project, cache) == set()


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_a_planted_violation_breaks_its_contract_and_no_other(
    project: Path, cache: Path, violation: str
) -> None:
    lines, expected = VIOLATIONS[violation]
    plant(project, lines)
    assert broken_contracts(project, cache) == expected


def test_every_contract_is_seen_to_break() -> None:
    assert {contract["id"] for contract in CONTRACTS} == {
        name for _, names in VIOLATIONS.values() for name in names
    }


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_storeys_and_doors(room: str) -> None:
    contracts = {contract["id"]: contract for contract in CONTRACTS}
    assert f"lms.{room}" in contracts["storeys"]["containers"]
    assert contracts[f"doors-{room}"]["protected_modules"] == [f"lms.{room}.*"]
