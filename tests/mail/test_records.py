"""What `kindling doctor --dns` says of a zone, and that what it prints mends the zone."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.mail.records import Found, Identity, Standing, look_at

from .dkim_keys import both
from .scripted_dns import ScriptedDns

SIGNER = both()
HOST = "mail.harbour.example"
ADDRESS = "93.184.215.14"
ONE = Identity(
    sender="harbour.example",
    bounces="bounces.harbour.example",
    hosts=(HOST,),
    signs=SIGNER.domain,
    keys=tuple((f"{key.selector}._domainkey.{SIGNER.domain}", key.record) for key in SIGNER.keys),
)
SPF, DMARC = "SPF of bounces.harbour.example", "DMARC of harbour.example"
RSA, ED = (f"DKIM at {name}" for name, _ in ONE.keys)
MX, REPLIES, PTR = "MX of bounces.harbour.example", "MX of harbour.example", f"PTR of {HOST}"


@pytest.fixture
def server() -> Iterator[ScriptedDns]:
    with ScriptedDns({(HOST, "A"): [ADDRESS]}) as scripted:
        yield scripted


@pytest.fixture
def whole(server: ScriptedDns) -> ScriptedDns:
    """Everything that was missing has been published."""
    for _, found in look_at(ONE, server.dns):
        if found.publish:
            server.publish(found.publish)
    for domain in (ONE.bounces, ONE.sender):
        server.zone[domain, "MX"] = [f"10 {HOST}."]
    return server


def found(server: ScriptedDns, one: Identity = ONE) -> dict[str, Found]:
    return dict(look_at(one, server.dns))


def test_in_an_empty_zone_everything_is_missing(server: ScriptedDns) -> None:
    standings = {topic: one.standing for topic, one in found(server).items()}
    assert standings == {
        **dict.fromkeys((SPF, RSA, ED, DMARC, MX, REPLIES), Standing.MISSING),
        PTR: Standing.WRONG,
    }


def test_what_is_printed_mends_the_zone(whole: ScriptedDns) -> None:
    assert {one.standing for one in found(whole).values()} == {Standing.OK}
    assert not any(one.publish for one in found(whole).values())


def test_a_record_is_printed_as_it_is_pasted(server: ScriptedDns) -> None:
    here = found(server)
    assert here[SPF].publish == f'bounces.harbour.example. TXT "v=spf1 a:{HOST} ~all"'
    assert here[DMARC].publish.startswith('_dmarc.harbour.example. TXT "v=DMARC1; p=none; rua=mailto:')
    assert here[MX].publish == "bounces.harbour.example. MX 10 mail.bounces.harbour.example."
    assert here[PTR].publish == f"14.215.184.93.in-addr.arpa. PTR {HOST}."
    assert max(map(len, here[RSA].publish.split('"'))) == 255


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (["v=spf1 mx ~all", "v=spf1 a ~all"], "2 records"),
        (["v=spf1 +all"], "lets everybody"),
        (["v=spf1 all"], "lets everybody"),
        (["v=spf1 include:nowhere.example ~all"], "no SPF records"),
        (["v=spf1 include: ~all"], "includes nothing"),
        (["v=spf1 redirect=bounces.harbour.example"], "10 look-ups"),
        (["v=spf1 " + " ".join(f"a:h{n}.example" for n in range(11)) + " ~all"], "10 look-ups"),
    ],
)
def test_an_spf_record_can_be_wrong(whole: ScriptedDns, records: list[str], said: str) -> None:
    whole.zone[ONE.bounces, "TXT"] = [f'"{one}"' for one in records]
    assert found(whole)[SPF].standing is Standing.WRONG
    assert said in found(whole)[SPF].finding


def test_what_is_included_must_be_one_record(whole: ScriptedDns) -> None:
    whole.zone[ONE.bounces, "TXT"] = ['"v=spf1 include:a.example ~all"']
    whole.zone["a.example", "TXT"] = ['"v=spf1 a -all"', '"v=spf1 mx -all"']
    assert "a.example, which has 2 SPF records" in found(whole)[SPF].finding


def test_what_depends_on_the_mail_is_not_looked_up(whole: ScriptedDns) -> None:
    whole.zone[ONE.bounces, "TXT"] = ['"v=spf1 include:%{ir}.a.example ~all"']
    assert found(whole)[SPF] == Found(Standing.OK, "1 of 10 look-ups")


def test_look_ups_are_counted_in_what_is_included(whole: ScriptedDns) -> None:
    whole.zone[ONE.bounces, "TXT"] = [
        '"v=spf1 ip4:192.0.2.1 mx include:a.example -exists:%{i}.b.example ~all"',
        '"another thing"',
    ]
    whole.zone["a.example", "TXT"] = ['"v=SPF1 a/24 ptr ip6:::1 -all"']
    assert found(whole)[SPF] == Found(Standing.OK, "5 of 10 look-ups")


def test_bounces_of_another_domain_do_not_count_for_dmarc(whole: ScriptedDns) -> None:
    whole.zone["bounces.example.net", "TXT"] = ['"v=spf1 mx -all"']
    other = found(whole, replace(ONE, bounces="bounces.example.net"))["SPF of bounces.example.net"]
    assert other.standing is Standing.OK
    assert "DMARC hangs on DKIM alone" in other.finding


@pytest.mark.parametrize("record", ["v=DKIM1; p=", "v=DKIM1; k=rsa; p=AAAA", "nonsense"])
def test_a_key_that_is_not_ours_is_wrong(whole: ScriptedDns, record: str) -> None:
    whole.zone[ONE.keys[0][0], "TXT"] = [f'"{record}"']
    assert found(whole)[RSA].standing is Standing.WRONG
    assert found(whole)[RSA].publish


def test_a_second_key_beside_ours_is_wrong(whole: ScriptedDns) -> None:
    whole.zone[ONE.keys[0][0], "TXT"].append('"v=DKIM1; k=rsa; p=AAAA"')
    assert found(whole)[RSA].standing is Standing.WRONG


def test_a_key_may_be_written_with_spaces_and_other_tags(whole: ScriptedDns) -> None:
    public = ONE.keys[0][1].partition("p=")[2]
    whole.zone[ONE.keys[0][0], "TXT"] = [
        f'"k=rsa; t=s; p={public[:100]} " " {public[100:300]}" "{public[300:]};"'
    ]
    assert found(whole)[RSA].standing is Standing.OK


@pytest.mark.parametrize(
    ("record", "standing", "said"),
    [
        ("v=DMARC1; p=none", Standing.OK, "go on to p=quarantine"),
        ("v=DMARC1; p=reject; rua=mailto:x@example.org", Standing.OK, "p=reject"),
        ("v=DMARC1", Standing.WRONG, "p= must be"),
        ("v=DMARC1; p=maybe", Standing.WRONG, "p= must be"),
    ],
)
def test_a_policy_is_understood(whole: ScriptedDns, record: str, standing: Standing, said: str) -> None:
    whole.zone["_dmarc.harbour.example", "TXT"] = [f'"{record}"']
    assert found(whole)[DMARC].standing is standing
    assert said in found(whole)[DMARC].finding


def test_several_policies_are_none(whole: ScriptedDns) -> None:
    whole.zone["_dmarc.harbour.example", "TXT"] = ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"']
    assert "2 records" in found(whole)[DMARC].finding


def test_a_policy_may_stand_above(whole: ScriptedDns) -> None:
    whole.zone["_dmarc.harbour.example", "TXT"] = ['"v=DMARC1; p=none; sp=reject"']
    below = found(whole, replace(ONE, sender="letters.harbour.example"))["DMARC of letters.harbour.example"]
    assert below == Found(Standing.OK, "p=reject")
    assert "_dmarc.example TXT" not in whole.asked


def test_strict_alignment_needs_the_very_domain(whole: ScriptedDns) -> None:
    whole.zone["_dmarc.harbour.example", "TXT"] = ['"v=DMARC1; p=reject; adkim=s"']
    assert found(whole)[DMARC].standing is Standing.OK
    strict = found(whole, replace(ONE, signs="mail.harbour.example"))[DMARC]
    assert (strict.standing, "adkim" in strict.finding) == (Standing.WRONG, True)


@pytest.mark.parametrize(
    ("exchanges", "standing"),
    [
        (["0 ."], Standing.WRONG),
        (["10 gone.harbour.example."], Standing.WRONG),
        ([f"20 {HOST}.", f"10 {HOST}."], Standing.OK),
    ],
)
def test_mail_must_come_back(whole: ScriptedDns, exchanges: list[str], standing: Standing) -> None:
    whole.zone[ONE.bounces, "MX"] = exchanges
    assert found(whole)[MX].standing is standing


def test_an_address_does_for_an_mx(whole: ScriptedDns) -> None:
    del whole.zone[ONE.bounces, "MX"]
    whole.zone[ONE.bounces, "AAAA"] = ["2606:2800:220:1::1"]
    assert found(whole)[MX].standing is Standing.OK


def test_a_name_that_does_not_lead_back_is_wrong(whole: ScriptedDns) -> None:
    whole.zone["14.215.184.93.in-addr.arpa", "PTR"] = ["dynamic-14.provider.example."]
    assert found(whole)[PTR].standing is Standing.WRONG


def test_a_private_address_says_nothing(whole: ScriptedDns) -> None:
    whole.zone[HOST, "A"] = ["10.0.0.5"]
    assert found(whole)[PTR].standing is Standing.ELSEWHERE
    del whole.zone[HOST, "A"]
    assert found(whole)[PTR].standing is Standing.WRONG


def test_a_question_without_an_answer_ends_no_other(whole: ScriptedDns) -> None:
    whole.ill.add("_dmarc.harbour.example")
    here = found(whole)
    assert here.pop(DMARC).standing is Standing.UNANSWERED
    assert {one.standing for one in here.values()} == {Standing.OK}


def test_who_signs_nothing_is_told_how(whole: ScriptedDns) -> None:
    told = found(whole, replace(ONE, keys=()))["DKIM of harbour.example"]
    assert (told.standing, "KINDLING_DKIM_KEY" in told.finding) == (Standing.ELSEWHERE, True)


def test_a_provider_names_its_own_records(whole: ScriptedDns) -> None:
    here = found(whole, Identity("harbour.example", providers=("resend",)))
    assert here["SPF and DKIM by resend"].standing is Standing.ELSEWHERE
    assert here.keys() == {"SPF and DKIM by resend", DMARC, REPLIES}


def test_where_nothing_is_answered_everything_says_so() -> None:
    with ScriptedDns(ill={"_dmarc.harbour.example", "harbour.example"}) as ill:
        here = found(ill, Identity("harbour.example"))
    assert {one.standing for one in here.values()} == {Standing.UNANSWERED}
    assert "The DNS gave no answer about" in here[DMARC].finding
