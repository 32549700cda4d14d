from app.compose import addresses
from app.core.challenge import LINK_KEYS
from app.core.links import KeyRing, Purpose
from tests.compose.little import BASE, CHALLENGE

RING = KeyRing((b"k" * 32,))


def test_a_persons_own_link_is_signed_for_its_purpose() -> None:
    url = addresses.personal(BASE, RING, "pause", 12)
    assert url.startswith(f"{BASE}/pause/v1.12.")
    assert RING.read(Purpose.PAUSE, url.rpartition("/")[2]) == 12


def test_undoing_happens_where_one_stopped() -> None:
    assert addresses.personal(BASE, RING, "undo", 12) == addresses.personal(BASE, RING, "unsubscribe", 12)


def test_lessons_have_public_pages() -> None:
    pages = addresses.public(BASE, CHALLENGE, "en")
    assert pages["lesson-2"] == f"{BASE}/lessons/connection/en/02-second"
    assert pages["support"] == pages["safety"] == f"{BASE}/safety"


def test_skipping_a_phase_leads_to_the_day_after_it() -> None:
    pages = addresses.public(BASE, CHALLENGE, "en")
    assert pages["skip-notice"] == pages["lesson-3"]
    assert "skip-keep" not in pages


def test_authors_may_use_every_key_that_leads_somewhere_and_no_other() -> None:
    pages = addresses.public(BASE, CHALLENGE, "en").keys()
    counted = {key for key in pages if key.startswith(("lesson-", "skip-"))}
    assert addresses.PERSONAL.keys() | pages - counted == LINK_KEYS
