from app.curriculum.rules.originality import fingerprint, hashes


def test_fingerprints_do_not_mind_capitals_or_signs() -> None:
    assert hashes("The Moon, keeps", 3) == {fingerprint("the moon keeps")}


def test_a_text_shorter_than_a_run_has_no_fingerprint() -> None:
    assert hashes("the moon", 5) == set()
