"""Wallboards: whom their secret address serves, and from where."""

import pytest
from django.core.exceptions import ValidationError

from callbacks.models import Wallboard
from callbacks.models.wallboards import check_networks
from tests.factories import World

INSIDE, OUTSIDE = "10.1.2.3", "10.2.0.1"


@pytest.fixture
def board(world: World) -> Wallboard:
    """One that has no secret yet."""
    return Wallboard(name="Balie", team=world.team, networks="10.1.0.0/16 2001:db8::/32")


def test_the_secret_alone_is_not_enough(board: Wallboard) -> None:
    token = board.renew()
    board.save()
    found = [Wallboard.objects.behind(token, address) for address in (INSIDE, OUTSIDE, "")]
    assert found == [board, None, None]


@pytest.mark.parametrize("token", ["", "another"])
def test_without_the_secret_nothing_opens(board: Wallboard, token: str) -> None:
    board.renew()
    board.save()
    assert Wallboard.objects.behind(token, INSIDE) is None


def test_what_is_switched_off_opens_nothing(board: Wallboard) -> None:
    token, board.is_active = board.renew(), False
    board.save()
    assert Wallboard.objects.behind(token, INSIDE) is None


def test_a_new_secret_ends_the_former(board: Wallboard) -> None:
    former, token = board.renew(), board.renew()
    board.save()
    found = [Wallboard.objects.behind(one, INSIDE) for one in (former, token)]
    assert found == [None, board]


def test_the_secret_is_long_and_not_kept(board: Wallboard) -> None:
    token = board.renew()
    board.save()
    assert len(token) == 32
    assert token not in str(Wallboard.objects.values().get())


@pytest.mark.parametrize("address", [INSIDE, "10.1.255.255", "2001:db8::1", "::ffff:10.1.2.3"])
def test_addresses_inside_are_served(board: Wallboard, address: str) -> None:
    assert board.serves(address)


@pytest.mark.parametrize("address", [OUTSIDE, "2001:db9::1", "::ffff:10.2.0.1", "unix:", "", "10.1.2"])
def test_all_others_are_not(board: Wallboard, address: str) -> None:
    assert not board.serves(address)


@pytest.mark.parametrize("text", ["10.1.0.0/16", "10.1.2.3", "10.1.2.3/16", "2001:db8::/32  192.0.2.0/24"])
def test_a_range_is_a_network_or_an_address(text: str) -> None:
    check_networks(text)


@pytest.mark.parametrize("text", ["10.1", "10.1.0.0/33", "office", "10.0.0.0/8, x", "0.0.0.0/0", "::/0"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        check_networks(text)
