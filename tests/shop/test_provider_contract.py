"""What every provider must do: one suite, each of them against a program that speaks its language."""

from datetime import timedelta

import pytest

from core.clock import now
from shop.providers.interface import BadCallback, Down
from shop.providers.rules import new_reference
from tests.shop import rigs


def pytest_generate_tests(metafunc):
    """Each provider that can what the test is about: `has("decline")`, `has(no="program")`."""
    mark = metafunc.definition.get_closest_marker("has")
    needs, lacks = (set(mark.args), set(mark.kwargs.values())) if mark else (set(), set())
    names = [name for name, has in rigs.HAS.items() if needs <= has and not lacks & has]
    metafunc.parametrize("rig", names, indirect=True)


@pytest.fixture
def rig(request, app, program):
    program.tell(reset=True)
    yield rigs.rig(request.param, program)
    program.tell(reset=True)


def test_beginning_twice_begins_one_payment(rig):
    wanted = rig.wanted()

    first, second = rig.provider.create(wanted), rig.provider.create(wanted)

    assert (first.state, first.own_name) == (second.state, second.own_name) == ("waiting", first.own_name)
    assert first.address.partition("timestamp=")[0] == second.address.partition("timestamp=")[0]
    assert first.address or "program" not in rig.has


def test_what_is_not_paid_waits(rig):
    assert rig.seen(rig.begun()).state == "waiting"


@pytest.mark.parametrize("amount", [1, 2500, 1_234_567])
def test_what_is_paid_is_seen_to_the_cent(rig, amount):
    seen = rig.seen(rig.paid(amount))

    assert (seen.state, seen.amount, seen.currency) == ("paid", amount, rig.currency)
    assert seen.own_name


def test_what_nobody_knows_is_unknown(rig):
    reference = new_reference()
    assert rig.provider.query(reference, "cs_nothing").state == "unknown"
    assert rig.provider.close(reference, "").state == "closed"


def test_what_is_closed_stays_closed(rig):
    payment = rig.begun()
    assert [rig.close(payment).state for _time in range(2)] == ["closed", "closed"]
    assert rig.seen(payment).state == "closed"


def test_what_was_paid_cannot_be_closed(rig):
    assert rig.close(rig.paid()).state == "paid"


@pytest.mark.has("program")
def test_another_amount_and_another_currency_are_seen_as_they_are(rig):
    rig.program.faults("wrong amount")
    assert rig.seen(rig.paid(2500)).amount == 2501

    rig.program.faults("wrong currency")
    assert rig.seen(rig.paid(2500)).currency not in ("", rig.currency)


@pytest.mark.has("program")
def test_a_refund_is_made_once_for_each_key(rig):
    payment = rig.paid()

    assert [rig.refund(payment, 2500) for _time in range(3)] == ["sent"] * 3
    assert sum(rig.program.knows(payment)["refunds"].values()) == 2500


@pytest.mark.has("program")
def test_parts_are_refunded_up_to_what_was_paid_and_not_a_cent_more(rig):
    payment = rig.paid()

    assert rig.refund(payment, 1000, "B1") == "sent"
    assert rig.refund(payment, 1500, "B2") == "sent"
    assert rig.refund(payment, 1, "B3") == "not_sent"


@pytest.mark.has("program")
def test_a_refused_refund_is_said_so(rig):
    payment = rig.paid()
    rig.program.faults("refund refused")

    assert rig.refund(payment, 2500) == "not_sent"


@pytest.mark.has("decline")
def test_a_declined_payment_is_seen_as_declined(rig):
    payment = rig.begun()
    rig.program.faults("decline")
    rig.program.do("pay", payment)

    seen = rig.seen(payment)
    assert (seen.state, seen.reason) == ("declined", "insufficient_funds")


@pytest.mark.has("extra")
def test_an_extra_step_is_seen(rig):
    payment = rig.begun()
    rig.program.faults("extra step")
    rig.program.do("pay", payment)

    assert rig.seen(payment).state == "extra"


@pytest.mark.has("capture")
def test_what_is_authorised_is_captured_once(rig):
    payment = rig.begun()
    rig.program.faults("authorise")
    rig.program.do("pay", payment)
    seen = rig.seen(payment)
    assert seen.state == "authorised"

    captured = [rig.provider.capture(payment.reference, seen.own_name, 2500) for _time in range(2)]

    assert [(found.state, found.amount) for found in captured] == [("paid", 2500)] * 2


@pytest.mark.has("charge back")
def test_a_charge_back_is_seen(rig):
    payment = rig.paid()
    rig.program.do("charge back", payment)

    assert rig.seen(payment).state == "charged_back"


@pytest.mark.has("program")
def test_a_genuine_callback_names_the_payment(rig):
    payment = rig.paid()

    first, second = (rig.provider.parse_callback(*rig.news(payment), now()) for _time in range(2))

    assert first.reference == second.reference == payment.reference
    assert first.nonce
    assert first.nonce != second.nonce


@pytest.mark.has("program")
def test_a_callback_that_was_touched_is_refused(rig):
    payment, other = rig.paid(), rig.paid()
    headers, body = rig.news(payment)
    other_headers, other_body = rig.news(other)
    forged = [
        (headers, body.replace(payment.reference.encode(), other.reference.encode()) + b" "),
        (headers, b""),
        (headers, b"\xff\x00{"),
    ]
    in_headers = [name for name in headers if "sign" in name]
    forged += [({}, body), (headers, other_body)] if in_headers else []
    forged += [({**headers, name: other_headers.get(name, "") + "0"}, body) for name in in_headers]
    for touched, text in forged:
        with pytest.raises(BadCallback):
            rig.provider.parse_callback(touched, text, now())


@pytest.mark.has("program")
@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_callback_that_was_signed_at_another_time_is_refused(rig, minutes):
    headers, body = rig.news(rig.paid())

    rig.provider.parse_callback(headers, body, now() + timedelta(minutes=minutes * 0.6))
    with pytest.raises(BadCallback, match="window"):
        rig.provider.parse_callback(headers, body, now() + timedelta(minutes=minutes))


@pytest.mark.has("program")
def test_a_provider_in_trouble_knows_nothing(rig):
    payment = rig.paid()
    rig.program.tell(down=True)

    for ask in (lambda: rig.seen(payment), lambda: rig.close(payment), lambda: rig.refund(payment, 1)):
        with pytest.raises(Down):
            ask()


@pytest.mark.has("program")
def test_silence_is_not_waited_for_longer_than_the_limit(rig, program):
    payment = rig.paid()
    hasty = rigs.rig(rig.provider.name, program, timeout=0.3)
    program.faults("time-out after success")

    before = now()
    with pytest.raises(Down):
        hasty.seen(payment)
    assert (now() - before).total_seconds() < 1.5


def test_it_says_its_name_in_words_and_which_money_it_takes(app, rig):
    assert rig.provider.label()
    assert rig.provider.hint()
    assert rig.provider.takes(rig.currency)


@pytest.mark.has(no="program")
def test_what_nobody_calls_about_believes_no_callback(rig):
    with pytest.raises(BadCallback):
        rig.provider.parse_callback({}, b"{}", now())
