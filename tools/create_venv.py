"""Create the virtual environment named on the command line, or say in a sentence what is missing.

Written for any Python 3, since an old one must be able to say that it is too old.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)


def main(folder: str) -> str:
    """Return the sentence that says why there is no environment, or nothing."""
    this = "%d.%d" % sys.version_info[:2]  # noqa: UP031 (an older Python must reach the next line)
    if sys.version_info < OLDEST:
        return (
            "Scrutin needs Python 3.11 or newer, and "
            + sys.executable
            + " is "
            + this
            + ". Name a newer one: make PYTHON=python3.11 …"
        )
    try:
        import ensurepip  # noqa: F401 (Debian ships it apart, in python3-venv)
        import venv  # noqa: F401
    except ImportError:
        return (
            sys.executable
            + " cannot make a virtual environment. On Debian or Ubuntu, install the package that "
            + "can: sudo apt-get install python3-venv (or python"
            + this
            + "-venv for a Python beside the system's own)."
        )
    # --clear: an environment without pip is what an interrupted run left behind.
    status = subprocess.call([sys.executable, "-m", "venv", "--clear", folder])
    if status or not os.path.exists(os.path.join(folder, "bin", "pip")):  # noqa: PTH110, PTH118
        return (
            "The virtual environment could not be made in " + folder + "; the lines above say why."
        )
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) or 0)
