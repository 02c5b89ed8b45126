"""The file that checks certificates without a network: opened from a folder, in a browser that is offline."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from lms.core import clock
from lms.credentials.domain import (
    CodePayload,
    CredentialKind,
    CredentialState,
    SignedPayload,
    Withdrawal,
    group_code,
    write_fragment,
    write_list,
    write_list_message,
    write_message,
)
from lms.credentials.domain.codes import ALPHABET
from lms.credentials.offline import assemble_page
from lms.credentials.pdf.qr_codes import make_qr_code
from tests.browser.conftest import ARGUMENTS
from tests.browser.places import DESK, PHONE, visitor
from tests.browser.product import Product
from tests.browser.test_every_page import AXE_OPTIONS, NARROWEST
from tests.browser.world import World

pytestmark = pytest.mark.browser

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY_ID = "0123456789abcdef"
# A key that the service used before, and one that it never had.
OLD_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
OLD_KEY_ID = "00000000000000aa"
FORGER = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))

CODE = "ABCDEFGHJKMNPQRS"
ADDRESS = f"https://formation.example.org/verify/{group_code(CODE)}"
MADE_AT = datetime(2026, 11, 28, 4, 4, tzinfo=UTC)
PAYLOAD = CodePayload(
    number="SC-2026-00000042",
    kind=CredentialKind.COMPLETION,
    holder="Mariam Élise Ouattara-N’Dri",
    module_title="Inscription et identification des électeurs",
    minutes=1350,
    completed_on=date(2026, 11, 20),
    expires_on=date(2029, 11, 19),
    institution="Commission électorale de la Région du Fleuve",
    is_specimen=False,
)
# Every field, changed as a forger would like it.
FORGERIES: tuple[dict[str, Any], ...] = (
    {"number": "SC-2026-00000043"},
    {"kind": CredentialKind.ACCREDITATION},
    {"holder": "Jean Dupont"},
    {"module_title": "Organes de gestion des élections"},
    {"minutes": 28_200},
    {"completed_on": date(2025, 11, 20)},
    {"expires_on": date(2099, 1, 1)},
    {"expires_on": None},
    {"institution": "Ministère"},
    {"institution": None},
    {"is_specimen": True},
)


def sign(
    payload: CodePayload = PAYLOAD,
    *,
    key: Ed25519PrivateKey = KEY,
    key_id: str = KEY_ID,
    code: str = CODE,
) -> str:
    """Return the text of a QR code."""
    signed = SignedPayload(payload, key_id, key.sign(write_message(code, payload)))
    return f"{ADDRESS}#{write_fragment(signed)}"


def alter(payload: CodePayload) -> str:
    """Return the text of a QR code that says `payload` under the signature of the right one."""
    signed = SignedPayload(payload, KEY_ID, KEY.sign(write_message(CODE, PAYLOAD)))
    return f"{ADDRESS}#{write_fragment(signed)}"


@dataclass
class Checker:
    """Somebody who has saved the file and opens it where there is no network."""

    app: Flask
    context: BrowserContext
    folder: Path
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def save(
        self,
        *withdrawals: Withdrawal,
        language: str = "en",
        signer: Ed25519PrivateKey = KEY,
        edit: tuple[str, str] = ("", ""),
    ) -> Path:
        """Write the file; `edit` replaces a text in the list after it was signed."""
        text = write_list(withdrawals, made_at=MADE_AT)
        with self.app.test_request_context():
            content = assemble_page(
                language,
                keys={
                    KEY_ID: KEY.public_key().public_bytes_raw(),
                    OLD_KEY_ID: OLD_KEY.public_key().public_bytes_raw(),
                },
                withdrawn=text.replace(*edit),
                key_id=KEY_ID,
                signature=signer.sign(write_list_message(text)),
                address="https://formation.example.org/verify/offline",
                look_up="https://formation.example.org/verify",
            )
        path = self.folder / "scrutin-2026-11-28.html"
        path.write_text(content, encoding="utf-8")
        return path

    def open(self, *withdrawals: Withdrawal, now: datetime = MADE_AT, **options: Any) -> Page:
        """Open it on a device whose clock says `now`."""
        return self.visit(self.save(*withdrawals, **options), now=now)

    def visit(self, path: Path, *, now: datetime = MADE_AT) -> Page:
        page = self.context.new_page()
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.clock.set_fixed_time(now)
        page.goto(path.as_uri())
        return page


@pytest.fixture
def checker(app: Flask, browser: Browser, tmp_path: Path) -> Iterator[Checker]:
    """A device without a network; the file asks for nothing and breaks nowhere in any test."""
    context = browser.new_context(viewport=PHONE, offline=True)
    checker = Checker(app, context, tmp_path)
    yield checker
    context.close()
    assert checker.console == []
    assert {url.partition(":")[0] for url in checker.requests} <= {"file"}


def paste(page: Page, text: str) -> None:
    page.get_by_label("Text of the square code").fill(text)
    page.get_by_role("button", name="Check", exact=True).click()


def verdict(page: Page) -> Locator:
    return page.get_by_role("region", name="Result").locator(".verdict")


def check(page: Page, text: str, heading: str, *words: str) -> None:
    """Paste the text and see what the page says of it."""
    paste(page, text)
    expect(verdict(page).get_by_role("heading")).to_have_text(heading)
    for word in words:
        expect(page.get_by_role("region", name="Result")).to_contain_text(word)


# --- A right code ---------------------------------------------------------------------------------


def test_a_right_code_is_told_with_its_facts_and_the_age_of_the_list(checker: Checker) -> None:
    page = checker.open(now=MADE_AT + timedelta(days=3))

    check(
        page,
        sign(),
        "The signature is right",
        "As of 28 November 2026, 3 days ago, it had not been withdrawn.",
        "Mariam Élise Ouattara-N’Dri",
        "Inscription et identification des électeurs",
        "22 hours 30 minutes",
        "20 November 2026",
        "19 November 2029",
        "Commission électorale de la Région du Fleuve",
        "SC-2026-00000042",
        "Completion: the assessed work was passed",
        "Compare these with the paper.",
    )

    assert "valid" not in page.locator("main").inner_text().lower()
    expect(verdict(page).get_by_role("heading")).to_be_focused()


def test_what_was_signed_with_an_earlier_key_stays_right(checker: Checker) -> None:
    check(checker.open(), sign(key=OLD_KEY, key_id=OLD_KEY_ID), "The signature is right")


def test_a_text_with_line_breaks_from_a_message_is_read(checker: Checker) -> None:
    text = sign()

    check(
        checker.open(),
        "  " + "\n".join(text[at : at + 40] for at in range(0, len(text), 40)) + "\n",
        "The signature is right",
    )


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "As of today, 28 November 2026, it had not been withdrawn."),
        (1, "As of 28 November 2026, 1 day ago, it had not been withdrawn."),
        (30, "As of 28 November 2026, 30 days ago, it had not been withdrawn."),
    ],
)
def test_a_list_of_the_last_30_days_is_told_with_its_age(
    checker: Checker, days: int, words: str
) -> None:
    page = checker.open(now=MADE_AT + timedelta(days=days, hours=2))

    check(page, sign(), "The signature is right", words)
    expect(page.get_by_text("That is long ago")).to_have_count(0)


def test_an_older_list_is_warned_of_beside_every_verdict(checker: Checker) -> None:
    page = checker.open(now=MADE_AT + timedelta(days=31))

    expect(page.locator("[data-part=freshness]")).to_contain_text("31 days ago")
    expect(page.locator("[data-part=freshness]")).to_contain_text("That is long ago")
    check(page, sign(), "The signature is right", "31 days ago", "Download this page again")


def test_a_device_whose_clock_is_behind_the_list_is_told_so(checker: Checker) -> None:
    page = checker.open(now=datetime(2020, 1, 1, tzinfo=UTC))

    check(
        page,
        sign(),
        "The signature is right",
        "As of 28 November 2026, it had not been withdrawn.",
        "This device says that today is 1 January 2020, before the list was made.",
    )


def test_a_code_that_has_run_out_says_until_when_it_held(checker: Checker) -> None:
    payload = replace(PAYLOAD, expires_on=date(2026, 11, 27))

    check(
        checker.open(),
        sign(payload),
        "Expired",
        "held until 27 November 2026",
        "it had not been withdrawn",
    )


def test_a_specimen_is_stamped_as_on_the_page_with_a_network(checker: Checker) -> None:
    check(
        checker.open(),
        sign(replace(PAYLOAD, is_specimen=True)),
        "The signature is right, but only a specimen",
        "SPECIMEN",
        "It certifies nothing about anyone.",
    )


# --- Forged and altered ---------------------------------------------------------------------------


def test_a_code_with_an_altered_field_is_told_and_its_facts_are_not_shown(
    checker: Checker,
) -> None:
    page = checker.open()

    for change in FORGERIES:
        check(page, sign(), "The signature is right")
        check(page, alter(replace(PAYLOAD, **change)), "Altered or forged", "Do not rely on")
        expect(page.get_by_role("region", name="Result").locator("dl")).to_have_count(0)


def test_a_code_signed_by_somebody_else_is_forged(checker: Checker) -> None:
    check(checker.open(), sign(key=FORGER), "Altered or forged")


def test_a_fragment_beside_the_code_of_another_certificate_is_told(checker: Checker) -> None:
    check(checker.open(), sign(code="0" + CODE[1:]), "Altered or forged")


def test_a_code_of_an_unknown_key_asks_for_a_fresh_page(checker: Checker) -> None:
    check(
        checker.open(),
        sign(key=FORGER, key_id="ffffffffffffffff"),
        "Made with a newer key, or not here",
        "ffffffffffffffff",
        "Download this page again.",
    )


def test_no_change_of_one_character_is_believed(checker: Checker) -> None:
    page = checker.open()
    text = sign()
    start = text.index("#") + 1
    changed = [
        text[:at] + ALPHABET[(ALPHABET.index(text[at]) + 1 + at % 31) % 32] + text[at + 1 :]
        for at in range(start, len(text))
    ]
    cut = [text[:at] for at in range(start, len(text))]

    # One call for all: the same functions that the page's own form calls.
    verdicts = page.evaluate(
        """texts => {
            const kept = JSON.parse(document.getElementById("kept").textContent);
            const list = judge.readList(kept);
            return texts.map(text => judge.judgeText(text, kept, list, new Date()).verdict);
        }""",
        [*changed, *cut, text],
    )

    assert verdicts.pop() == "right"
    assert set(verdicts) == {"altered", "unknown_key"}
    # The 16 hexadecimal digits of the key's id touch 13 or 14 characters.
    assert verdicts.count("unknown_key") <= 14


def test_any_other_text_is_said_to_be_none_of_ours(checker: Checker) -> None:
    page = checker.open()

    for text in (
        "hello",
        "https://example.org/",
        "<script>alert(1)</script>",
        "SC-2026-42",
        "صوت" * 200,
    ):
        check(page, sign(), "The signature is right")
        check(page, text, "Not a code of this service", "a number is like SC-2026-00000042")


def test_a_part_of_the_text_is_asked_for_whole(checker: Checker) -> None:
    page = checker.open()

    for text in (
        sign().partition("#")[2],
        "https://formation.example.org/verify",
        "ABCD#" + "0" * 300,
    ):
        check(page, sign(), "The signature is right")
        check(page, text, "Not the whole text", "from https:// to the last letter")


def test_an_empty_field_is_told_at_the_field(checker: Checker) -> None:
    page = checker.open()

    paste(page, "  ")

    expect(page.locator("#text-state")).to_have_text("Paste or type something first.")
    expect(page.get_by_label("Text of the square code")).to_be_focused()
    expect(verdict(page)).to_have_count(0)


# --- The list -------------------------------------------------------------------------------------

LISTED = {
    "revoked": (
        Withdrawal(PAYLOAD.number, CODE, CredentialState.REVOKED, date(2026, 11, 21)),
        "Withdrawn",
        ("withdrawn on 21 November 2026", "Mariam Élise"),
    ),
    "superseded": (
        Withdrawal(
            PAYLOAD.number, CODE, CredentialState.SUPERSEDED, date(2026, 11, 22), "SC-2026-00000077"
        ),
        "Replaced by a newer certificate",
        ("replaced on 22 November 2026 by number SC-2026-00000077", "Mariam Élise"),
    ),
    "erased": (
        Withdrawal(PAYLOAD.number, CODE, CredentialState.ERASED, None),
        "Name erased",
        ("Erased at the request of its holder", "SC-2026-00000042"),
    ),
}
OTHERS = tuple(
    Withdrawal(f"SC-2025-{n:08}", f"{n:016}", CredentialState.REVOKED, date(2025, 1, 1))
    for n in range(200)
)


@pytest.mark.parametrize(("listed", "heading", "words"), LISTED.values(), ids=LISTED)
def test_a_code_in_the_list_is_told_with_day_and_state(
    checker: Checker, listed: Withdrawal, heading: str, words: tuple[str, ...]
) -> None:
    page = checker.open(*OTHERS, listed)

    check(page, sign(), heading, *words)
    expect(page.get_by_text("As of")).to_have_count(0)
    if listed.state is CredentialState.ERASED:
        assert "Mariam" not in page.get_by_role("region", name="Result").inner_text()
    expect(page.locator("[data-part=list-size]")).to_have_text("201")


@pytest.mark.parametrize(("listed", "heading", "words"), LISTED.values(), ids=LISTED)
def test_a_typed_code_or_number_is_found_in_the_list(
    checker: Checker, listed: Withdrawal, heading: str, words: tuple[str, ...]
) -> None:
    page = checker.open(*OTHERS, listed)

    for typed in ("abcd efgh jkmn pqrs", "ABCD–EFGH–JKMN–PQRS", PAYLOAD.number.lower()):
        page.get_by_label("Text of the square code").fill("")
        check(page, typed, heading, PAYLOAD.number, "only looked up in the list of 28 November")
        assert "Mariam" not in page.get_by_role("region", name="Result").inner_text()


@pytest.mark.parametrize("typed", ["ABCD-EFGH-JKMN-PQRS", PAYLOAD.number])
def test_a_typed_code_that_is_not_listed_proves_nothing(checker: Checker, typed: str) -> None:
    check(
        checker.open(*OTHERS),
        typed,
        "Not in the list",
        "what is typed can only be looked up here, and that proves nothing",
        "https://formation.example.org/verify",
    )


def test_a_code_printed_before_codes_were_signed_is_looked_up(checker: Checker) -> None:
    page = checker.open(*OTHERS)

    check(page, ADDRESS, "A code without a signature", "that proves nothing")


@pytest.mark.parametrize(
    "options",
    [
        {"signer": FORGER},
        {"edit": ("SC-2025-00000007", "SC-2025-99999999")},
        {"edit": ("2026-11-28T04:04Z", "2027-11-28T04:04Z")},
    ],
    ids=["signed by another", "entry changed", "date changed"],
)
def test_a_list_whose_signature_is_wrong_is_not_used(
    checker: Checker, options: dict[str, Any]
) -> None:
    page = checker.open(*OTHERS, **options)

    expect(page.locator("[data-part=freshness]")).to_contain_text("is damaged or was changed")
    check(
        page,
        sign(),
        "The signature is right",
        "Whether it was withdrawn since cannot be told.",
        "download it again",
    )
    check(page, OTHERS[8].code, "Not in the list", "is damaged or was changed")
    expect(page.get_by_text("As of")).to_have_count(0)


# --- Pictures and the camera ----------------------------------------------------------------------


def draw(folder: Path, text: str, **options: Any) -> Path:
    path = folder / "code.png"
    make_qr_code(text, 200).save(str(path), kind="png", scale=4, border=4, **options)
    return path


def choose(page: Page, path: Path) -> None:
    page.get_by_label("Picture of the square code").set_input_files(path)


def test_a_picture_is_read(checker: Checker, tmp_path: Path) -> None:
    page = checker.open()

    choose(page, draw(tmp_path, sign()))

    expect(verdict(page)).to_contain_text("The signature is right")


def test_a_picture_that_is_dropped_is_read(checker: Checker, tmp_path: Path) -> None:
    page = checker.open()
    content = list(draw(tmp_path, sign()).read_bytes())
    dropped = page.evaluate_handle(
        """bytes => {
            const dropped = new DataTransfer();
            dropped.items.add(new File([new Uint8Array(bytes)], "code.png", {type: "image/png"}));
            return dropped;
        }""",
        content,
    )

    page.dispatch_event("[data-part=drop]", "drop", {"dataTransfer": dropped})

    expect(verdict(page)).to_contain_text("The signature is right")


def test_a_picture_without_a_code_and_a_file_that_is_none_are_told(
    checker: Checker, tmp_path: Path
) -> None:
    page = checker.open()
    (tmp_path / "certificate.pdf").write_bytes(b"%PDF-1.7")

    choose(page, tmp_path / "certificate.pdf")
    expect(page.locator("#picture-state")).to_contain_text("cannot be opened as a picture")
    # Light on light: a picture in which nothing is to be seen.
    choose(page, draw(tmp_path, sign(), dark="#fefefe"))
    expect(page.locator("#picture-state")).to_contain_text("No square code can be read")
    expect(verdict(page)).to_have_count(0)


def film(folder: Path, text: str) -> Path:
    """Write what a camera sees that is held at a code: a few frames, YUV4MPEG2."""
    width, height, scale = 640, 480, 5
    matrix = make_qr_code(text, 200).matrix
    side = len(matrix) * scale
    left, top = (width - side) // 2, (height - side) // 2
    luma = bytearray(b"\xeb" * (width * height))
    for y in range(side):
        for x in range(side):
            if matrix[y // scale][x // scale]:
                luma[(top + y) * width + left + x] = 16
    frame = b"FRAME\n" + bytes(luma) + b"\x80" * (width * height // 2)
    path = folder / "camera.y4m"
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + 5 * frame)
    return path


def test_the_camera_finds_a_code_and_stops(
    app: Flask, browser: Browser, chromium: str, tmp_path: Path
) -> None:
    filming = browser.browser_type.launch(
        executable_path=chromium,
        args=[
            *ARGUMENTS,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film(tmp_path, sign())}",
        ],
    )
    try:
        checker = Checker(app, filming.new_context(offline=True), tmp_path)
        page = checker.open()
        page.evaluate(
            """() => {
                const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
                navigator.mediaDevices.getUserMedia = async asked => {
                    window.asked = asked;
                    return (window.stream = await ask(asked));
                };
            }"""
        )
        page.get_by_role("button", name="Start the camera").click()

        expect(verdict(page)).to_contain_text("The signature is right")
        expect(page.locator("video")).to_be_hidden()
        expect(page.get_by_role("button", name="Start the camera")).to_be_visible()
        assert page.evaluate("asked.video.facingMode") == "environment"
        assert page.evaluate("stream.getTracks().map(track => track.readyState)") == ["ended"]
        assert checker.console == []
    finally:
        filming.close()


def test_a_camera_that_sees_nothing_can_be_stopped(
    app: Flask, browser: Browser, chromium: str, tmp_path: Path
) -> None:
    filming = browser.browser_type.launch(
        executable_path=chromium,
        args=[*ARGUMENTS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"],
    )
    try:
        page = Checker(app, filming.new_context(offline=True), tmp_path).open()
        page.get_by_role("button", name="Start the camera").click()

        expect(page.get_by_text("The camera is looking for the square code.")).to_be_visible()
        expect(page.locator("video")).to_be_visible()
        expect(page.get_by_role("button", name="Stop the camera")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("video")).to_be_hidden()
        expect(page.get_by_role("button", name="Start the camera")).to_be_focused()
        expect(verdict(page)).to_have_count(0)
    finally:
        filming.close()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("delete Navigator.prototype.mediaDevices", "gives no camera to a page that was saved"),
        (
            "MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))",
            "does not let this page use the camera",
        ),
        (
            "MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'))",
            "No camera was found.",
        ),
    ],
    ids=["unable", "refused", "none"],
)
def test_a_camera_that_is_not_there_is_told_with_another_way(
    checker: Checker, script: str, words: str
) -> None:
    checker.context.add_init_script(script)
    page = checker.open()

    page.get_by_role("button", name="Start the camera").click()

    expect(page.locator("[data-part=camera-state]")).to_contain_text(words)
    expect(page.locator("[data-part=camera-state]")).to_contain_text("hoose a picture instead")
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible()


# --- The page itself ------------------------------------------------------------------------------


def test_the_page_says_everything_in_either_language_with_the_verdict(checker: Checker) -> None:
    page = checker.open(language="fr", now=MADE_AT + timedelta(days=3))

    assert page.evaluate("document.documentElement.lang") == "fr"
    expect(page.locator("[data-part=list-day]")).to_have_text("28 novembre 2026")
    page.get_by_role("button", name="English").click()
    check(page, sign(), "The signature is right", "22 hours 30 minutes", "3 days ago")
    page.get_by_role("button", name="Français").click()
    assert page.evaluate("document.documentElement.lang") == "fr"
    expect(page.get_by_text("22 heures 30 minutes")).to_be_visible()
    expect(page.get_by_text("20 novembre 2026")).to_be_visible()
    expect(page.get_by_role("button", name="Français")).to_have_attribute("aria-pressed", "true")


def test_another_one_begins_with_nothing_left_of_the_first(checker: Checker) -> None:
    page = checker.open()
    check(page, sign(), "The signature is right")

    page.get_by_role("button", name="Check another").click()

    expect(verdict(page)).to_have_count(0)
    expect(page.get_by_label("Text of the square code")).to_have_value("")
    expect(page.get_by_role("button", name="Start the camera")).to_be_focused()
    assert "Mariam" not in page.locator("body").inner_text()


def test_the_page_works_by_the_keyboard_alone(checker: Checker) -> None:
    page = checker.open()
    page.get_by_label("Picture of the square code").focus()

    page.keyboard.press("Tab")
    page.keyboard.insert_text(sign())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(verdict(page).get_by_role("heading")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Check another")).to_be_focused()


@pytest.mark.parametrize("text", [None, sign(), sign(key=FORGER), "ABCD-EFGH-JKMN-PQRS"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_narrow_phone(
    checker: Checker, text: str | None
) -> None:
    page = checker.open(now=MADE_AT + timedelta(days=40))
    if text:
        paste(page, text)
    page.evaluate(Axe().axe_script)

    for size, scheme in ((PHONE, "light"), (DESK, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # a literal to mypy
        found = page.evaluate("options => axe.run(options)", AXE_OPTIONS)["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"][:160]) for fault in found] == []
    page.set_viewport_size({"width": NARROWEST, "height": 740})
    assert page.evaluate("document.scrollingElement.scrollWidth") == NARROWEST


def test_a_printed_verdict_has_no_controls(checker: Checker) -> None:
    page = checker.open()
    check(page, sign(), "The signature is right")

    page.emulate_media(media="print")

    expect(verdict(page)).to_be_visible()
    expect(page.locator("[data-part=list-day]")).to_be_visible()
    for hidden in ("Start the camera", "Check another", "English"):
        expect(page.get_by_role("button", name=hidden)).to_have_count(0)


def test_nothing_else_than_its_own_script_and_style_may_run(checker: Checker) -> None:
    page = checker.open()

    is_refused = page.evaluate(
        """async () => {
            document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = 1'>");
            const script = document.createElement("script");
            script.textContent = "window.ran = 1";
            document.body.append(script);
            return fetch("https://example.org/").then(() => false, () => true);
        }"""
    )

    assert is_refused
    assert page.evaluate("window.ran") is None
    blocked = [text for text in checker.console if "Content Security Policy" in text]
    assert len(blocked) >= 3
    checker.console.clear()
    checker.requests[:] = [url for url in checker.requests if url.startswith("file:")]


# --- The whole way: from the service to the paper and back ------------------------------------------


def download(product: Product, context: BrowserContext, folder: Path, language: str) -> Path:
    """Save the file as a visitor does."""
    page = context.new_page()
    page.goto(f"/verify/offline?lang={language}")
    with page.expect_download() as saved:
        page.get_by_role("link", name=product.say(language, "Download the page")).click()
    name = saved.value.suggested_filename
    assert name == f"scrutin-{clock.now():%Y-%m-%d}.html"
    path = folder / name
    saved.value.save_as(path)
    return path


def test_a_certificate_on_paper_is_checked_with_the_file_that_the_service_gave(
    product: Product, world: World, browser: Browser, app: Flask, tmp_path: Path
) -> None:
    with visitor(browser, product, world, "holder", "en") as context:
        path = download(product, context, tmp_path, "en")
        number = product_number(product, world)
        paper = context.request.get(f"/my/certificates/{number}.pdf?language=fr").body()
    (tmp_path / "paper.pdf").write_bytes(paper)
    command = ["pdftoppm", "-png", "-r", "200", "-singlefile", "paper.pdf", "paper"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    context = browser.new_context(offline=True)
    page = Checker(app, context, tmp_path).visit(path, now=clock.now())
    choose(page, tmp_path / "paper.png")

    expect(verdict(page)).to_contain_text("The signature is right, but only a specimen")
    result = page.get_by_role("region", name="Result")
    for words in ("Mariam Élise Ouattara-N’Dri", number, "As of today"):
        expect(result).to_contain_text(words)
    # The service itself has erased and replaced ones, which its list names.
    check(page, world.code["superseded"], "Replaced by a newer certificate", "TEST-superseded-2")
    check(page, world.code["erased"], "Name erased", "TEST-erased-1")
    check(page, world.code["real"], "Not in the list")
    context.close()


def product_number(product: Product, world: World) -> str:
    with product.app.test_client() as client:
        number: str = client.get(f"/api/v1/verify/{world.code['specimen']}").json["number"]
    return number
