"""dkimpy on every letter of the course."""

from tests.judges.post import Mail
from tests.mail.dkim_keys import both, verdicts


def test_both_signatures_of_every_letter_are_good(post: list[Mail]) -> None:
    signer = both()
    found = {mail.name: verdicts(mail.arrived, signer) for mail in post}
    assert {name: good for name, good in found.items() if good != [True, True]} == {}
