"""Everybody is found by what people really say and type."""

import pytest

from accounts.models import User
from callbacks.models import Customer
from callbacks.queries.search import find_callers
from tests.callbacks.search.conftest import Find

BERG, JANSEN, MULLER, VRIES = "Fleur van den Berg", "Jan Jansen", "Jürgen Müller", "A.B. de Vries-Özdemir"


@pytest.mark.parametrize(
    "text",
    [
        "0612345678",
        "06 12345678",
        "06 1234 5678",
        "06 12 34 56 78",
        "06-12345678",
        "06 - 12 34 56 78",
        "06.12.34.56.78",
        "06/12345678",
        "06/12 34 56 78",
        "(06) 12345678",
        "(06)12345678",
        "0031612345678",
        "0031 6 12345678",
        "0031 (0)6 12345678",
        "0031-6-12345678",
        "+31612345678",
        "+31 6 12345678",
        "+31 6 1234 5678",
        "+31(0)612345678",
        "+31 (0)6-12345678",
        "+31.6.12345678",
        "(+31) 6 12345678",
        "31612345678",
        "612345678",
        "  0612345678  ",
        "06\N{NO-BREAK SPACE}12345678",
        "06\N{NON-BREAKING HYPHEN}12345678",
        "06 12345678\t",
        "tel. 06 12345678",
        "tel:+31612345678",
        "06 12345678 (mobiel)",
        "345678",
        "34 56 78",
        "345-678",
        "2345678",
        "12345678",
        "061234",
        "06 123 45",
        "+31 6 1234567",
        "0031 6 123456",
    ],
)
def test_a_mobile_number_in_any_notation(berg: Customer, find: Find, text: str) -> None:
    assert find(text) == [berg]


@pytest.mark.parametrize(
    "text",
    ["020 123 4567", "020-1234567", "(020) 1234567", "+31 20 123 4567", "0031 (0)20 1234567", "234567"],
)
def test_a_number_with_an_area_code(people: dict[str, Customer], find: Find, text: str) -> None:
    assert find(text) == [people[JANSEN]]


@pytest.mark.parametrize(
    "text", ["+44 7700 900001", "0044 7700 900001", "00447700900001", "+44 (0)7700 900001", "900001"]
)
def test_a_number_from_abroad(people: dict[str, Customer], find: Find, text: str) -> None:
    assert find(text) == [people["Piet Janssen"]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("berg", BERG),
        ("Berg", BERG),
        ("BERG", BERG),
        (" berg ", BERG),
        ("ber", BERG),
        ("vd berg", BERG),
        ("v.d. berg", BERG),
        ("v d berg", BERG),
        ("v/d Berg", BERG),
        ("van den b", BERG),
        ("van den berg", BERG),
        ("van de berg", BERG),
        ("van der berg", BERG),
        ("Berg, van den", BERG),
        ("Berg van den, F", BERG),
        ("vandenberg", BERG),
        ("vdberg", BERG),
        ("fleur", BERG),
        ("fleur berg", BERG),
        ("berg fleur", BERG),
        ("f berg", BERG),
        ("F. van den Berg", BERG),
        ("F.M. van den Berg", BERG),
        ("mevr. van den Berg", BERG),
        ("mw F vd Berg", BERG),
        ("de heer Jansen", JANSEN),
        ("jan j", JANSEN),
        ("jansen, jan", JANSEN),
        ("jnasen", JANSEN),
        ("jannsen", JANSEN),
        ("hansen", JANSEN),
        ("muller", MULLER),
        ("müller", MULLER),
        ("MÜLLER", MULLER),
        ("mu\N{COMBINING DIAERESIS}ller", MULLER),
        ("mueller", MULLER),
        ("mulle", MULLER),
        ("jurgen", MULLER),
        ("vries", VRIES),
        ("de vries", VRIES),
        ("ozdemir", VRIES),
        ("de vries özdemir", VRIES),
        ("de vries-ozdemir", VRIES),
        ("ab de vries", VRIES),
        ("a.b. de vries", VRIES),
        ("a b vries", VRIES),
        ("fries", VRIES),
        ("van t hof", "Willem van 't Hof"),
        ("van 't Hof", "Willem van 't Hof"),
        ("hof", "Willem van 't Hof"),
        ("van het hof", "Willem van 't Hof"),
        ("oneill", "Sanne O’Neill"),
        ("o'neill", "Sanne O’Neill"),
        ("o neill", "Sanne O’Neill"),
        ("dykstra", "Karel Dijkstra"),
        ("dijkstar", "Karel Dijkstra"),
        ("smit", "Thijs Schmidt"),
        ("tijs schmit", "Thijs Schmidt"),
        ("amrani", "Fatima El Amrani"),
        ("elamrani", "Fatima El Amrani"),
        ("van der meer", "K. v.d. Meer"),
        ("vd meer", "K. v.d. Meer"),
        ("v.d. meer", "K. v.d. Meer"),
        ("karel van der meer", "K. v.d. Meer"),
        ("zoe kuipers", "Zoë Kuijpers"),
        ("kuypers", "Zoë Kuijpers"),
        ("wongsosomito", "Aaltje Wongsosemito"),
        ("sosemito", "Aaltje Wongsosemito"),
        ("lukasz", "Łukasz Kowalski"),
        ("kowalsky", "Łukasz Kowalski"),
        ("karel 3", "Karel 3 Bakker"),
        ("baker", "Karel 3 Bakker"),
        ("παπαδακη", "Ελένη Παπαδάκη"),
    ],
)
def test_a_name_as_people_say_it(people: dict[str, Customer], find: Find, text: str, name: str) -> None:
    assert find(text)[:1] == [people[name]]


@pytest.mark.parametrize(
    "text",
    ["f.v_berg@example.org", "F.V_Berg@Example.ORG", " f.v_berg@example.org ", "f.v_berg@", "f.v_berg@exa"],
)
def test_an_e_mail_address_as_far_as_it_is_typed(berg: Customer, find: Find, text: str) -> None:
    Customer.objects.filter(pk=berg.pk).update(email="F.v_Berg@example.org")
    assert find(text) == [berg]


@pytest.mark.parametrize(
    "text", ["v_berg@example.org", "f.vxberg@", "@example.org", "berg@", "f v_berg@example.org"]
)
def test_another_e_mail_address_finds_nobody(berg: Customer, find: Find, text: str) -> None:
    Customer.objects.filter(pk=berg.pk).update(email="F.v_Berg@example.org")
    assert berg not in find(text)


@pytest.mark.parametrize("text", ["KL-20451", "kl-20451", "KL20451", "kl 20451", "KL.20451"])
def test_a_customer_number(berg: Customer, find: Find, text: str) -> None:
    assert find(text) == [berg]


def test_a_customer_number_of_digits_alone(people: dict[str, Customer], find: Find) -> None:
    assert find("20000017") == [people[MULLER]]


@pytest.mark.parametrize(
    "text",
    [
        "020 555 0000",
        "06 12345679",
        "345679",
        "06",
        "06 12",
        "KL-2045",
        "20451",
        "2000001",
        "nobody",
        "fleur jansen",
        "xq",
    ],
)
def test_what_fits_nobody_finds_nobody(people: dict[str, Customer], find: Find, text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "b",
            "é",
            "%",
            "%%",
            "_",
            "__",
            "'",
            "''",
            '"',
            "\\",
            ".",
            "...",
            "-----",
            "🙂",
            "🙂🙂",
            "\x00",
        ),
        *("(", "&", "z & q", "!z", "z | q:*", "':*", "<->", "z'q", "$1", "%s", "%(q)s", "{}", "{q}", "\\'"),
        *("a" * 10_000, "ab " * 5_000, "9" * 10_000, "+" * 100, "é" * 300, "\N{COMBINING DIAERESIS}" * 9),
    ],
)
def test_absurd_texts_find_nobody_without_a_fault(
    people: dict[str, Customer], agent: User, text: str
) -> None:
    assert [one for one in find_callers(text=text, user=agent) if not one.is_guess] == []
