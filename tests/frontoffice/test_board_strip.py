"""Each of several teams on the board: numbers that add up to the tiles."""

from pytest_django import DjangoAssertNumQueries

from callbacks import operations
from callbacks.queries import lists
from frontoffice.presenters.board import TILES
from tests.factories import NOW, TeamFactory, TopicFactory, World, at
from tests.frontoffice.conftest import Enter, text_of


def second(world: World) -> World:
    """Another team of the same lead, with an appointment that nobody called about."""
    other = World()
    other.team.leads.set([world.lead])
    other.book(at(9))
    return other


def test_the_numbers_of_teams_add_up_to_the_tiles(world: World) -> None:
    other = second(world)
    world.book(at(9))
    declined = world.book(at(10))
    operations.decline(appointment=declined, version=1, reason="Ziek", by=world.person, now=NOW)
    found = lists.board(user=world.lead, now=at(11))
    assert set(found.by_team) == {world.team.pk, other.team.pk}
    whole = [found.late_now, found.at_risk, found.kept, found.unconfirmed, found.to_rebook, found.due_today]
    names = ["late", "at_risk", "kept", "unconfirmed", "to_rebook", "due"]
    assert [sum(one[name] for one in found.by_team.values()) for name in names] == whole
    assert found.by_team[other.team.pk]["late"] == 1


def test_a_team_opens_its_own_board(world: World, enter: Enter) -> None:
    other = second(world)
    page = enter(world.lead).get("/board/?tile=late").content.decode()
    assert f'href="/board/?tile=late&amp;team={other.team.slug}"' in page
    assert f"{other.team} " in text_of(page)


def test_one_team_needs_no_strip(world: World, enter: Enter) -> None:
    client = enter(world.lead)
    assert 'class="strip"' not in client.get("/board/").content.decode()
    other = second(world)
    assert 'class="strip"' in client.get("/board/").content.decode()
    assert 'class="strip"' not in client.get(f"/board/?team={other.team.slug}").content.decode()


def test_it_has_the_columns_of_the_tiles(world: World, enter: Enter) -> None:
    second(world)
    page = enter(world.lead).get("/board/").content.decode()
    assert page.split('class="strip"')[1].split("</table>")[0].count('<th scope="col">') == 1 + len(TILES)


def test_one_more_team_takes_a_look_at_its_room_and_nothing_else(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    second(world)
    with django_assert_num_queries(9):
        lists.board(user=world.lead, now=at(11))
    third = TeamFactory.create()
    third.leads.add(world.lead)
    TopicFactory.create(teams=[third])
    with django_assert_num_queries(10):
        lists.board(user=world.lead, now=at(11))
