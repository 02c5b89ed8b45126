#!/bin/sh
# Install the programs that the tests drive: as root on Debian by apt-get, else say what is missing.
set -eu

missing=""
skipped=""

need() { # need PACKAGE WHAT-IS-SKIPPED-WITHOUT-IT
    missing="$missing $1"
    skipped="$skipped
  - $2"
}

has_postgresql() {
    command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

has_chromium() {
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
        command -v google-chrome >/dev/null
}

has_poppler() {
    command -v pdftotext >/dev/null && command -v pdftoppm >/dev/null
}

has_chromium || need chromium "the tests in a browser (a chromium, chromium-browser or google-chrome on the PATH)"
has_postgresql || need postgresql "everything on PostgreSQL (initdb and pg_ctl on the PATH)"
has_poppler || need poppler-utils "the tests that read certificates (pdftotext and pdftoppm on the PATH)"

command -v ps >/dev/null || need procps "the tests that look for a process (ps on the PATH)"

[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then
    echo "Installing for the tests:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086  # one word a package
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
    exit 0
fi

echo "Without these programs the tests skip:$skipped"
if [ -e /etc/debian_version ]; then
    echo "To install them: sudo apt-get install$missing"
else
    echo "Install them with this system's package manager; Debian's names are:$missing"
fi
if [ "${CI:-}" = true ]; then
    echo "CI=true allows no skip."
    exit 1
fi
