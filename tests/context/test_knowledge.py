import asyncio
from dataclasses import replace

from inkling.context import window
from inkling.context.index.symbols import Definition, Found, Part
from inkling.context.knowledge import Knowledge, Known
from marked import snapshot

FETCH = Definition("fetch", "function", "", "def fetch(url):", "", 0)
NET = Found("/net.py", "import", Definition("net", "module", "", "", "", 0), [FETCH])
ONE, TWO = Part("/one.py", 4, "one()"), Part("/two.py", 8, "two()")


class Elsewhere:
    """Answers every question alike, and counts them."""

    def __init__(self, found=(), parts=()):
        self.found, self.parts = list(found), list(parts)
        self.asked, self.near, self.ruled_out = [], [], set()

    async def find(self, asked, _here):
        self.asked.append(asked)
        return self.found

    async def resembling(self, near, _here, seen, _characters):
        self.near.append((near, seen))
        return self.parts

    def shows(self, _here, path):
        return path not in self.ruled_out


def at(marked, uri="file:///code.py"):
    return replace(snapshot(marked, parsed=False), uri=uri)


def name(knowledge, *places):
    async def all_of_them():
        return [await knowledge.name(place) for place in places]

    return asyncio.run(all_of_them())


def look(knowledge, *places, characters=500):
    async def all_of_them():
        for place in places:
            await knowledge.look_around(place, window.cut(place), characters)

    asyncio.run(all_of_them())
    return knowledge.of(places[-1])


def test_the_names_of_a_place_are_known_there_and_as_one_types_on():
    knowledge = Knowledge(Elsewhere([NET]))
    assert knowledge.of(at("x = net.│")) == Known()
    assert name(knowledge, at("x = net.│")) == [True]
    assert knowledge.of(at("x = net.│")).rests == ("fetch",)
    assert knowledge.of(at("x = net.fe│")).rests == ("tch",)
    for elsewhere in ("x = net.fetch(│", "x = net.g│", "y = net.│", "\nx = net.│"):
        assert knowledge.of(at(elsewhere)).rests == ()
    assert knowledge.of(at("x = net.│", "file:///other.py")).rests == ()


def test_at_one_place_names_are_asked_for_once():
    elsewhere = Elsewhere([NET])
    places = [at("x = net.│"), at("x = net.f│"), at("x = net.fe│")]
    assert name(Knowledge(elsewhere), *places) == [True, False, False]
    assert len(elsewhere.asked) == 1


def test_what_was_not_known_is_asked_for_again():
    elsewhere = Elsewhere()
    knowledge = Knowledge(elsewhere)
    assert name(knowledge, at("x = net.│")) == [False]
    elsewhere.found = [NET]
    assert name(knowledge, at("x = net.f│")) == [True]


def test_where_any_name_may_stand_nobody_is_asked():
    elsewhere = Elsewhere([NET])
    assert name(Knowledge(elsewhere), at("x = │")) == [False]
    assert elsewhere.asked == []


def test_what_cannot_stand_there_is_not_allowed():
    known = Known(rests=("tch", "ed"))
    assert [known.allows(text) for text in ("tch(url)", "ed", "", "tchall()", "(")] == [
        *(True, True, True, False, False)
    ]
    assert Known().allows("anything")


def test_what_is_like_a_place_is_shown_the_best_next_to_the_text():
    elsewhere = Elsewhere(parts=[ONE, TWO])
    known = look(Knowledge(elsewhere), at("a = 1\nb = │\nc = 3\n"))
    assert known.parts == (TWO, ONE)
    assert known.before == ()
    assert elsewhere.near == [("a = 1\nb = ", (0, 4))]


def test_what_is_shown_stays_while_one_types():
    elsewhere = Elsewhere(parts=[ONE])
    knowledge = Knowledge(elsewhere)
    look(knowledge, at("a = 1\n│"))
    elsewhere.parts = [TWO]
    assert look(knowledge, at("a = 1\nb = 2\nc = │")).parts == (ONE,)
    assert len(elsewhere.near) == 1


def test_some_lines_further_something_else_may_be_like_it():
    elsewhere = Elsewhere(parts=[ONE])
    knowledge = Knowledge(elsewhere)
    look(knowledge, at("a = 1\n│"))
    elsewhere.parts = [TWO]
    known = look(knowledge, at("a = 1\n" * 20 + "│"))
    assert (known.parts, known.before) == ((TWO,), (ONE,))


def test_what_only_moved_is_the_same():
    elsewhere = Elsewhere(parts=[ONE])
    knowledge = Knowledge(elsewhere)
    look(knowledge, at("a = 1\n│"))
    elsewhere.parts = [replace_line(ONE, 9)]
    known = look(knowledge, at("a = 1\n" * 20 + "│"))
    assert (known.parts, known.before) == ((ONE,), ())


def replace_line(part, line):
    return Part(part.path, line, part.text)


def test_where_nothing_was_like_it_every_line_is_asked_about():
    elsewhere = Elsewhere()
    knowledge = Knowledge(elsewhere)
    look(knowledge, at("a = 1│"), at("a = 1 + 2│"), at("a = 1\n│"))
    assert len(elsewhere.near) == 2


def test_without_room_or_anybody_to_ask_nothing_is_known():
    elsewhere = Elsewhere(parts=[ONE])
    assert look(Knowledge(elsewhere), at("a = 1\n│"), characters=0) == Known()
    assert look(Knowledge(), at("a = 1\n│")) == Known()
    assert name(Knowledge(), at("x = net.│")) == [False]
    assert elsewhere.near == []


def test_of_many_documents_the_latest_are_known():
    knowledge = Knowledge(Elsewhere(parts=[ONE]))
    places = [at("a = 1\n│", f"file:///{n}.py") for n in range(40)]
    look(knowledge, *places)
    assert knowledge.of(places[-1]).parts
    assert not knowledge.of(places[0]).parts


def test_what_is_ruled_out_is_no_longer_known_and_is_asked_for_anew():
    elsewhere = Elsewhere([NET], [ONE, TWO])
    knowledge = Knowledge(elsewhere)
    place = at("x = net.│")
    name(knowledge, place)
    assert look(knowledge, place) == Known((TWO, ONE), (), ("fetch",))
    elsewhere.ruled_out = {ONE.path, NET.path}
    assert knowledge.of(place) == Known((TWO,))
    elsewhere.found, elsewhere.parts = [], [TWO]
    assert name(knowledge, place) == [False]
    assert look(knowledge, place).parts == (TWO,)
    assert len(elsewhere.near) == len(elsewhere.asked) == 2
