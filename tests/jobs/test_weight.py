import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_process_that_only_reads_jobs_loads_no_dbos_and_no_driver():
    code = "import sys, lms.jobs, lms.jobs.api, lms.jobs.cli; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()

    assert "lms.jobs.cli" in loaded
    assert not {"dbos", "psycopg"} & {*loaded}
