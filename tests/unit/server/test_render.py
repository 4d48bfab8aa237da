"""The pages as HTML: every view has a sentence, nothing typed by people is markup, nothing is told too early."""

from __future__ import annotations

import re
import tomllib
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any, get_args

import pytest

from kit.look import MARKS
from kit.road import Other, Road, Step
from kit.scenario import ENDS
from kit.screen import Answer, Notice, Question, Results, Row, Scene, Screen, View, mood_word
from kit.server import fit, render
from kit.statistics import Interval
from kit.words import words

PAGES = files("kit").joinpath("server/pages")
TEMPLATES = {entry.name: entry.read_text("utf-8") for entry in PAGES.iterdir() if entry.name.endswith(".html")}
SCRIPTS = {
    entry.name: entry.read_text("utf-8") for entry in PAGES.joinpath("static").iterdir() if entry.name.endswith(".js")
}
CATALOGUE = tomllib.loads(files("kit").joinpath("words/en.toml").read_text("utf-8"))

EVIL = "<img src=x onerror=alert(1)>"
VIEWS: tuple[View, ...] = get_args(View)
ON_PHONES = tuple(view for view in VIEWS if view != "road")
CORNERED: tuple[View, ...] = ("scene", "question", "closed", "opposite", "results", "road", "message")
OWN = render.Own("Ana", "lumo-teva", "b", 2, None)
NOBODY = render.Own("", "lumo-teva", None, None, None)
ADDRESS = "192.168.1.7:8765"


def answers(*texts: str) -> tuple[Answer, ...]:
    return tuple(
        Answer(mark.letter.lower(), mark.letter, mark.shape, text) for mark, text in zip(MARKS, texts, strict=False)
    )


ANSWERS = answers("Sorry.", "You are right.", "It is our policy.")


def question(**changes: Any) -> Question:
    plain = Question("r3", "choice", "What do you say?", ANSWERS, True, True, False, 75)
    return plain._replace(**changes)


def results(**changes: Any) -> Results:
    rows = tuple(Row(answer, votes, None, votes / 14) for answer, votes in zip(ANSWERS, (9, 4, 1), strict=True))
    return Results(tuple(row._replace(**changes) for row in rows), 14)


STEPS = (
    Step("The call", 3, "B", "You are right.", (Other("A", "Whose van", 2), Other("C", "Policy", 1))),
    Step("The second time", 5, "A", "Sorry.", (Other("B", "Whose van", 5), Other("C", "", 1))),
    Step("A call at four", 7, end="parked"),
)
ROAD = Road(3, STEPS)


def screen(view: View, **changes: Any) -> Screen:
    """A Screen of this view with what such a view has."""
    asks = view in ("question", "closed", "opposite", "results")
    full = Screen(
        view=view,
        code="K7M2PX",
        title="The late delivery",
        language="en",
        rehearsal=False,
        locked=False,
        scene=Scene("The call", "Mrs Novak", "Nine days.", 3) if view in ("scene", "question") else None,
        question=question() if asks else None,
        results=results() if view == "results" else None,
        message=Notice("A break", "Ten minutes.") if view == "message" else None,
        road=ROAD if view == "road" else None,
    )
    return full._replace(**changes)


def text(html: str) -> str:
    """What a person reads: no markup, no scripts."""

    class Reader(HTMLParser):
        said = ""
        silent = False

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.silent = tag == "script"

        def handle_endtag(self, tag: str) -> None:
            self.silent = False

        def handle_data(self, data: str) -> None:
            self.said += "" if self.silent else data

    reader = Reader()
    reader.feed(html)
    return " ".join(reader.said.split())


SENTENCES: dict[View, str] = {
    "lobby": "The facilitator will begin soon.",
    "scene": "Listen. What comes next appears here by itself.",
    "question": "What do you say?",
    "closed": "What comes next appears here by itself.",
    "opposite": "Hold it up if you like. Find somebody with another letter.",
    "results": "9 of 14 64 %",
    "message": "Ten minutes.",
    "ended": "You can close this page.",
    "removed": "If that is a mistake, have a word with them.",
}


@pytest.mark.parametrize("view", ON_PHONES)
def test_each_view_of_the_phone_says_what_happens(view: View) -> None:
    assert SENTENCES[view] in text(render.room_page(screen(view), OWN))
    assert SENTENCES[view] in text(render.phone_fragment(screen(view)))


@pytest.mark.parametrize("view", [view for view in VIEWS if view != "removed"])
def test_each_view_of_the_wall_has_its_heading(view: View) -> None:
    page = render.wall_page(screen(view, voted=3, joined=9), address=ADDRESS)
    assert page.count("<h1") == 1
    assert "The late delivery" in text(page)


@pytest.mark.parametrize("view", CORNERED)
def test_code_address_and_qr_are_always_in_a_corner_of_the_wall(view: View) -> None:
    shown = render.wall_fragment(screen(view, voted=3, joined=9), address=ADDRESS)
    corner = shown[shown.index('class="corner"') :]
    assert 'src="../K7M2PX/qr.svg"' in corner
    assert "K7M2PX" in text(corner)
    assert ADDRESS in text(corner)


@pytest.mark.parametrize("view", VIEWS)
def test_a_rehearsal_is_marked_on_every_screen(view: View) -> None:
    mark = words()("page.rehearsal")
    shown = screen(view, rehearsal=True, voted=3, joined=9)
    assert mark in text(render.phone_fragment(shown))
    assert mark in text(render.wall_fragment(shown, address=ADDRESS))
    assert mark in text(render.join_page(shown, ticket="t"))
    assert mark not in text(render.phone_fragment(screen(view)))


def evil_screen(view: View) -> Screen:
    rows = tuple(Row(answer, 1, 1, 1.0, EVIL, EVIL) for answer in answers(EVIL, EVIL))
    evil_step = Step(EVIL, 3, EVIL, EVIL, (Other(EVIL, EVIL, 1), Other("C", EVIL, 9)), EVIL)
    return screen(
        view,
        title=EVIL,
        scene=Scene(EVIL, EVIL, EVIL, 3),
        question=question(prompt=EVIL, answers=answers(EVIL, EVIL), round=f'"{EVIL}'),
        results=Results(rows, 2, rows) if view == "results" else None,
        message=Notice(EVIL, EVIL),
        card=Notice(EVIL, EVIL),
        voted=3,
        joined=9,
        timer=7,
        road=Road(2, (evil_step, evil_step)),
    )


@pytest.mark.parametrize("view", VIEWS)
def test_what_people_type_is_never_markup(view: View) -> None:
    shown = evil_screen(view)
    own = render.Own(EVIL, EVIL, EVIL, None, EVIL)
    pages = (
        render.room_page(shown, own),
        render.phone_fragment(shown, own),
        render.wall_page(shown, address=EVIL),
        render.wall_fragment(shown, address=EVIL),
        render.join_page(shown, ticket=EVIL, name=EVIL, error=EVIL, word_error=EVIL),
        render.home_page(words(), code=EVIL, error=EVIL),
        render.error_page(words(), status=404, message=EVIL),
    )
    for page in pages:
        assert "<img src=x" not in page
        assert EVIL in text(page)
        assert not re.search(r'="[^"]*<', page), "a bracket within an attribute"


def test_the_data_for_the_script_cannot_end_its_element() -> None:
    page = render.room_page(screen("question"), OWN._replace(reason="</script><script>alert(1)</script>"))
    assert "<script>alert" not in page


@pytest.mark.parametrize("view", VIEWS)
def test_pages_keep_to_the_content_security_policy(view: View) -> None:
    shown = screen(view, voted=3, joined=9, card=Notice("You", "Yes"), timer=5, road=ROAD)
    for page in (render.room_page(shown, OWN), render.wall_page(shown, address=ADDRESS)):
        assert not re.search(r"\s(style|on\w+)=", page)
        assert not re.search(r"(src|href|action)=[\"'](data:|javascript:|https?:|/)", page)
        scripts = re.findall(r"<script([^>]*)>", page)
        assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts)


@pytest.mark.parametrize("view", ["question", "closed", "opposite"])
def test_no_tally_reaches_a_phone_before_the_reveal(view: View) -> None:
    # Planted counts that a phone's Screen never has: the page wouldn't show them even then.
    shown = screen(view, results=results(hands=77), voted=88, joined=99)
    for html in (render.phone_fragment(shown), render.room_page(shown, OWN)):
        said = text(html)
        assert not re.search(r"\b(9 of 14|64|77|88|99)\b", said)
        assert "<rect" not in html


def test_results_count_before_they_share_and_mark_ones_own() -> None:
    html = render.phone_fragment(screen("results"), OWN)
    assert text(html).index("9 of 14") < text(html).index("64 %")
    own = re.findall(r'<li class="row mark-(\w) own"', html)
    assert own == ["b"]
    assert html.count("data-mine hidden") == 2


def test_results_show_grade_reason_hands_and_the_vote_before() -> None:
    after = results(grade="best", reason="She is heard.", hands=3)
    shown = screen("results", results=after._replace(before=results().rows))
    for html in (render.phone_fragment(shown), render.wall_fragment(shown, address=ADDRESS)):
        assert "best She is heard." in text(html)
        assert "3 hands" in text(html)
        assert text(html).count("first vote 9 of 14 64 %") == 1
        assert text(html).count("after the talk 9 of 14 64 % 3 hands") == 1


def test_an_authors_own_grade_is_shown_in_its_own_words() -> None:
    assert "brave" in text(render.phone_fragment(screen("results", results=results(grade="brave"))))


def test_a_vote_by_hands_alone_draws_its_bars() -> None:
    rows = tuple(Row(answer, 0, hands, 0.0) for answer, hands in zip(ANSWERS, (6, 3, 1), strict=True))
    html = render.wall_fragment(screen("results", results=Results(rows, 0)), address=ADDRESS)
    assert 'width="60.0%"' in html
    assert "No votes by phone" in text(html)
    assert "6 hands" in text(html)


def test_results_only_on_the_wall_are_said_to_be_there() -> None:
    assert "The results are on the wall" in text(render.phone_fragment(screen("closed", on_wall=True)))


def test_a_fragment_carries_nobodys_own_answer() -> None:
    html = render.phone_fragment(screen("question"))
    assert 'aria-pressed="true"' not in html
    assert "lumo-teva" not in html
    assert "checked" not in html


def test_the_page_carries_ones_own_ballot_and_says_that_it_is_saved() -> None:
    html = render.room_page(screen("question"), OWN._replace(reason="She waits"))
    assert re.search(r'data-answer="b"[^>]*aria-pressed="true"', html)
    assert 'value="2" checked' in html
    assert 'value="She waits"' in html
    assert "Saved: B, fairly sure, with your reason. You can change it until the round closes." in text(html)


def test_without_a_script_enter_in_the_reason_votes_for_nothing_new() -> None:
    first = re.compile(r"<form[^>]*>\s*(<button[^>]*>)")
    for own, expected in ((NOBODY, "disabled"), (OWN, 'value="b"')):
        match = first.search(render.room_page(screen("question"), own))
        assert match is not None
        assert expected in match[1]


def test_pages_that_wait_refresh_without_a_script_and_a_question_does_not() -> None:
    waiting = {view for view in ON_PHONES if 'http-equiv="refresh"' in render.room_page(screen(view), OWN)}
    assert waiting == render.WAITING


def test_a_form_that_phones_do_not_know_is_said_in_a_sentence() -> None:
    html = render.phone_fragment(screen("question", question=question(form="scale", answers=())))
    assert "This question cannot be answered on this phone." in text(html)


def test_optional_parts_are_asked_only_where_the_round_asks() -> None:
    html = render.phone_fragment(screen("question", question=question(confidence=False, reason=False, seconds=None)))
    assert 'name="confidence"' not in html
    assert 'name="reason"' not in html
    assert "data-seconds" not in html


@pytest.mark.parametrize(("depth", "root"), [(0, ""), (1, "../"), (2, "../../")])
def test_links_are_relative_to_the_depth(depth: int, root: str) -> None:
    assert f'action="{root}K7M2PX/join"' in render.join_page(screen("lobby"), ticket="t", depth=depth)
    assert f'href="{root}K7M2PX"' in render.error_page(words(), status=409, message="No", home="K7M2PX", depth=depth)
    assert f'href="{root or "./"}"' in render.error_page(words(), status=404, message="No", depth=depth)
    html = render.room_page(screen("question"), OWN, depth=depth)
    assert f'action="{root}K7M2PX/ballots/r3"' in html
    assert f'"{root}K7M2PX/stream"' in html
    assert f'src="{root}static/phone.js"' in html


def test_a_round_id_is_escaped_in_an_address() -> None:
    html = render.phone_fragment(screen("question", question=question(round="a/b?c")))
    assert 'action="K7M2PX/ballots/a%2Fb%3Fc"' in html


def test_a_locked_door_takes_the_word_only() -> None:
    html = render.join_page(screen("lobby", locked=True), ticket="t")
    assert "The door is locked" in text(html)
    assert 'name="name"' not in html
    assert "<details" in html
    assert 'name="word"' in html


def test_the_ticket_comes_with_the_name() -> None:
    assert 'name="ticket" value="t7"' in render.join_page(screen("lobby"), ticket="t7")


def test_a_fragment_has_no_carriage_return() -> None:
    card = Notice("Two lines", "one\r\ntwo\rthree")
    assert "\r" not in render.phone_fragment(screen("lobby", card=card))


@pytest.mark.parametrize(
    ("joined", "sentence"),
    [(0, "Nobody is here yet."), (1, "1 person is here"), (12, "12 people are here")],
)
def test_the_lobby_counts_people(joined: int, sentence: str) -> None:
    assert sentence in text(render.wall_fragment(screen("lobby", joined=joined), address=ADDRESS))


def test_the_wall_shows_the_wifi_code_only_where_there_is_one() -> None:
    assert "wifi.svg" in render.wall_fragment(screen("lobby", joined=0, wifi=True), address=ADDRESS)
    assert "wifi.svg" not in render.wall_fragment(screen("lobby", joined=0), address=ADDRESS)


def test_the_wall_counts_votes_and_shows_the_time() -> None:
    said = text(render.wall_fragment(screen("question", voted=17, joined=24), address=ADDRESS))
    assert "17 of 24 have voted" in said
    assert "1:15 left" in said


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_wall_has_the_theme_it_is_given(theme: render.Theme) -> None:
    html = render.wall_page(screen("lobby", joined=0), address=ADDRESS, theme=theme)
    assert f'data-theme="{theme}"' in html


@pytest.mark.parametrize(("mood", "word"), [(0, 0), (1, 0), (2, 1), (5, 2), (6, 3), (9, 4), (10, 5)])
def test_the_moods_words_cover_the_scale(mood: int, word: int) -> None:
    assert mood_word(mood) == word
    name = words()(f"mood.{word}")
    html = render.wall_fragment(screen("scene", scene=Scene("", "Eva", "Yes.", mood)), address=ADDRESS)
    assert f'aria-label="Mood: {name}, {mood} of 10"' in html


def test_short_texts_are_large_on_the_wall_and_long_ones_fit() -> None:
    assert render.wall_fit(screen("question")).step == 0
    long = answers(*["x" * 100] * 6)
    full = screen("question", question=question(answers=long), scene=Scene("", "Eva", "y" * 200, 3))
    assert 0 < render.wall_fit(full).step < fit.READABLE
    endless = screen("question", question=question(prompt="z" * 4000))
    assert render.wall_fit(endless).step >= fit.READABLE


def test_wide_letters_take_twice_the_room() -> None:
    latin, wide = screen("message", message=Notice("", "x" * 600)), screen("message", message=Notice("", "語" * 600))
    assert render.wall_fit(latin).step < render.wall_fit(wide).step


def test_wall_css_has_the_steps_that_render_chooses() -> None:
    css = PAGES.joinpath("static/wall.css").read_text("utf-8")
    for number, step in enumerate(fit.STEPS):
        sizes = [
            float(size) * 16 for size in re.findall(r"([\d.]+)rem", css.split(f".size-{number} {{")[1].split("}")[0])
        ]
        assert sizes == list(step)
    assert min(min(step) for step in fit.STEPS[: fit.READABLE]) >= 32


KEY = re.compile(r"""["']((?:page|home|join|phone|wall|mood|grade)\.(?!html)\w+(?:%d)?)["']""")


def test_every_word_that_a_template_uses_is_in_the_catalogue() -> None:
    used = {key for template in TEMPLATES.values() for key in KEY.findall(template)}
    assert len(used) > 50
    for key in used:
        for each in [key % 1, key % 2, key % 3] if key.endswith("%d") else [key]:
            assert words()(each)


def test_every_word_of_the_pages_is_used() -> None:
    sources = "".join(TEMPLATES.values()) + files("kit").joinpath("server/render.py").read_text("utf-8")
    spoken = "".join(SCRIPTS.values())
    for section in ("page", "home", "join", "phone", "wall"):
        for key in CATALOGUE[section]:
            said = key.removeprefix("say_")
            by_script = key != said and re.search(rf"(words\.|'){said}\b", spoken)
            numbered = f"{section}.{key[:-1]}%d" in sources
            ending = section == "wall" and key.removeprefix("end_").replace("_", " ") in ENDS
            assert by_script or numbered or ending or f"{section}.{key}" in sources, (
                f"[{section}] {key} is used nowhere"
            )


def test_every_word_that_the_phones_scripts_use_is_sent_to_them() -> None:
    page = render.room_page(screen("question"), OWN)
    spoken = "".join(SCRIPTS.values())
    used = set(re.findall(r"\bwords\.(\w+)", spoken)) | set(re.findall(r"\bsay\('(\w+)'", spoken))
    assert len(used) > 15
    assert {key for key in used if f'"{key}":' not in page} == set()


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_scripts_are_small_and_for_old_phones(name: str) -> None:
    source = SCRIPTS[name]
    assert len(source.splitlines()) < 300
    assert not re.search(r"\?\.[\w(\[]|\?\?|\.\.\.|replaceAll|randomUUID|clipboard|serviceWorker|\.at\(", source)


# What a play shows


def walled(view: View, **changes: Any) -> str:
    return render.wall_fragment(screen(view, voted=3, joined=9, **changes), address=ADDRESS)


SCENE = Scene("fast · a child asks something", "Dana Whitlock", "Six hours.", 5)


def test_the_stage_direction_stands_beside_the_speaker_and_is_no_heading() -> None:
    for html in (walled("scene", scene=SCENE), render.phone_fragment(screen("scene", scene=SCENE))):
        assert '<p class="direction" dir="auto">fast · a child asks something</p>' in html
    assert "direction" not in walled("scene", scene=SCENE._replace(speaker=""))
    assert "direction" not in walled("scene", scene=SCENE._replace(title=""))


def test_the_mood_moves_from_where_it_was_on_the_road() -> None:
    here = Road(2, (*STEPS[:1], Step("The second time", 5)))
    assert 'class="mood from-3"' in walled("scene", scene=SCENE, road=here)
    assert 'class="was" cx="30%"' in walled("scene", scene=SCENE, road=here)
    for still in (
        {"road": None},
        {"road": Road(1, STEPS[:1])},
        {"road": here, "scene": SCENE._replace(mood=6)},  # a scene that is not on the road
        {"road": Road(2, (Step("Before", 5, "A"), Step("Now", 5)))},
    ):
        html = walled("scene", **({"scene": SCENE} | still))
        assert "from-" not in html
        assert 'class="was"' not in html


@pytest.mark.parametrize("view", ["scene", "question", "closed", "opposite", "results", "message"])
def test_the_road_so_far_is_in_the_corner_from_the_second_step_on(view: View) -> None:
    shown = walled(view, road=ROAD)
    assert 'class="strip"' in shown[shown.index('class="corner"') :]
    assert "The road so far: 1. The call: angry, 3 of 10; taken B, “You are right.”. 2. " in shown
    assert 'class="strip"' not in walled(view, road=Road(1, STEPS[:1]))
    assert 'class="strip"' not in walled(view)


@pytest.mark.parametrize("view", ON_PHONES)
def test_no_road_reaches_a_phone(view: View) -> None:
    # A phone's Screen never has a road: the page wouldn't show it even then.
    shown = screen(view, road=ROAD)
    for html in (render.phone_fragment(shown), render.room_page(shown, OWN)):
        assert "second time" not in html
        assert "road" not in html


def test_running_results_are_bars_on_the_wall_and_nothing_on_phones() -> None:
    html = walled("question", results=results(interval=Interval(0.1, 0.6)))
    assert "So far" in text(html)
    assert "9 of 14 64 %" in text(html)
    assert html.count('class="level"') == 3
    assert "band" not in html
    assert 'class="options"' not in html
    nobody = walled("question", results=Results(tuple(Row(answer, 0, None, 0.0) for answer in ANSWERS), 0))
    assert "No votes" not in text(nobody)
    assert "So far" not in text(walled("question"))
    assert "So far" not in text(render.phone_fragment(screen("question", results=results())))


def test_the_wall_sends_people_to_those_who_chose_differently_without_a_count() -> None:
    html = walled("opposite", results=results(), timer=107)
    said = text(html)
    for words_ in (
        "Find somebody who chose differently",
        "Hold up your phone, if you like.",
        "1:47",
        *(a.text for a in ANSWERS),
    ):
        assert words_ in said
    assert not re.search(r"\d+ of \d+|\d+ %|left", said)
    assert "bar" not in re.findall(r'class="([\w-]+)"', html)
    assert "!" not in said


def held(html: str) -> dict[str, str]:
    """The letters on a phone's page that are to be held up, with their tags."""
    return {letter: tag for tag, letter in re.findall(r'(<div class="held[^>]*data-letter="(\w)"[^>]*>)', html)}


def test_a_phone_becomes_its_own_letter() -> None:
    html = render.room_page(screen("opposite", timer=9), OWN)
    assert [letter for letter, tag in held(html).items() if "hidden" not in tag] == ["B"]
    assert re.search(r"<h1[^>]*><span[^>]*>Your letter: B</span>", html)
    assert '<div class="letterless" data-none data-key="none" hidden>' in html
    assert 'data-state=""' in html
    assert "0:09 left" in text(html)


def test_a_fragment_for_all_phones_holds_every_letter_and_shows_none() -> None:
    html = render.phone_fragment(screen("opposite"))
    assert list(held(html)) == ["A", "B", "C"]
    assert all(tag.endswith(" hidden>") for tag in held(html).values())
    assert 'data-none data-key="none" hidden' in html
    assert "data-seconds" not in html


def test_who_did_not_vote_is_told_whom_to_join() -> None:
    html = render.room_page(screen("opposite"), NOBODY)
    assert all(tag.endswith(" hidden>") for tag in held(html).values())
    assert '<div class="letterless" data-none data-key="none">' in html
    assert "You did not vote in this round: join any two who chose differently." in text(html)


def test_both_votes_have_their_pale_bands() -> None:
    before = results(interval=Interval(0.2, 0.45)).rows
    after = results(interval=Interval(0.388, 0.837))._replace(before=before)
    for html in (
        walled("results", results=after),
        render.phone_fragment(screen("results", results=after)),
    ):
        assert html.count('class="band" x="38.8%" width="44.9%"') == 3
        assert html.count('class="band" x="20.0%" width="25.0%"') == 3
        assert text(html).count("Pale band: what chance alone leaves open.") == 1
    assert "Pale band" not in text(walled("results"))


def test_a_first_vote_by_hands_alone_is_compared_too() -> None:
    first = tuple(Row(answer, 0, hands, 0.0) for answer, hands in zip(ANSWERS, (6, 3, 1), strict=True))
    second = tuple(Row(answer, 0, hands, 0.0) for answer, hands in zip(ANSWERS, (2, 8, 0), strict=True))
    html = walled("results", results=Results(second, 0, first))
    assert "first vote 6 hands after the talk 2 hands" in text(html)
    assert 'width="60.0%"' in html
    assert 'width="80.0%"' in html


def test_the_whole_road_is_drawn_and_said() -> None:
    html = walled("road")
    said = text(html)
    for words_ in ("The road we took", "The call", "A call at four", "parked", "furious", "relieved"):
        assert words_ in said
    assert "One answer away: Whose van · Policy" in said
    assert 'role="img" aria-label="The customer’s mood on the whole road. 1. The call: angry, 3 of 10; ' in html
    assert "not taken C, to Policy: furious" in html
    assert "strip" not in html


def test_each_end_of_a_road_has_its_word() -> None:
    for end in ENDS:
        road = Road(2, (STEPS[0], Step("The last", 8, end=end)))
        assert words()(f"wall.end_{end.replace(' ', '_')}") in text(walled("road", road=road))
    assert "snowed in" in text(walled("road", road=Road(1, (Step("The last", 8, end="snowed in"),))))


@pytest.mark.parametrize("view", ["scene", "closed", "results", "road"])
def test_the_walls_clock_is_in_the_corner(view: View) -> None:
    html = walled(view, timer=61)
    assert '<p class="time" data-seconds="61" role="timer" aria-live="off">1:01 left</p>' in html
    assert "The time is up." in text(walled(view, timer=0))
    assert "data-seconds" not in walled(view)


@pytest.mark.parametrize("view", ["opposite", "message"])
def test_the_walls_clock_is_large_where_people_talk(view: View) -> None:
    html = walled(view, timer=61)
    assert '<p class="clock" data-seconds="61" data-bare role="timer" aria-live="off">1:01</p>' in html
    assert html.count("data-seconds") == 1
    assert 'class="clock up"' in walled(view, timer=0)
    assert "1:01 left" in text(render.phone_fragment(screen(view, timer=61)))


def test_a_line_to_be_said_aloud_looks_like_speech() -> None:
    for body, spoken in (("“Is that right?”", True), ("Ten minutes.", False)):
        shown = screen("message", message=Notice("Ana", body))
        for html in (render.wall_fragment(shown, address=ADDRESS), render.phone_fragment(shown)):
            assert ('class="body speech"' in html) is spoken


@pytest.mark.parametrize("scene", [SCENE, SCENE._replace(speaker="")])
def test_what_is_said_aloud_answers_the_customers_line(scene: Scene) -> None:
    message = Notice("Say it aloud. One of you is Dana Whitlock; another one answers:", "“Is that right?”")
    shown = screen("message", scene=scene, message=message, timer=60)
    for html in (render.wall_fragment(shown, address=ADDRESS), render.phone_fragment(shown)):
        who = "Dana Whitlock says" if scene.speaker else "a child asks something"
        assert 0 < html.index(who) < html.index(scene.line) < html.index("Say it aloud") < html.index(message.body)
        assert html.index(message.body) < html.index("data-seconds")
        assert '<figure class="scene">' in html
    for quiet in (
        shown._replace(message=Notice("A break", "Ten minutes.")),
        shown._replace(scene=SCENE._replace(line="")),
    ):
        for html in (render.wall_fragment(quiet, address=ADDRESS), render.phone_fragment(quiet)):
            assert '<figure class="scene">' not in html


def test_a_line_and_what_is_said_aloud_fit_together() -> None:
    scene = SCENE._replace(line="She waits. " * 23)
    message = Notice("Say it aloud. One of you is Dana Whitlock; another one answers:", f"“{'I ring you. ' * 12}”")
    alone, both = (
        render.wall_fit(screen("message", scene=given, message=message, timer=60)).step for given in (None, scene)
    )
    assert alone < both < fit.READABLE


def compared(number: int, *, both: bool, hands: int | None = None, prompt: str = "What do you answer?") -> Screen:
    """Results of answers of 70 letters with reasons of 100."""
    texts = answers(*["You paid us, so we answer for it. What happened at your end on Friday?"] * number)
    reason = "Answers the real trouble, that nobody kept it, with a thing one can do: a name and a number for her."
    rows = tuple(Row(answer, 3, hands, 0.2, "workable", reason, Interval(0.1, 0.5)) for answer in texts)
    before = tuple(row._replace(grade="", reason="") for row in rows) if both else ()
    return screen("results", question=question(prompt=prompt, answers=texts), results=Results(rows, 15, before))


@pytest.mark.parametrize("hands", [None, 3])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("number", [4, 5, 6])
def test_much_to_compare_stays_readable(number: int, both: bool, hands: int | None) -> None:
    chosen = render.wall_fit(compared(number, both=both, hands=hands))
    assert chosen.step < fit.READABLE
    assert chosen.columns == (1 if number == 4 and not both else 2)


def test_a_short_prompt_makes_room_for_results_and_is_still_there() -> None:
    html = render.wall_fragment(compared(6, both=True), address=ADDRESS)
    head = html.split("</header>")[0]
    assert '<h1 class="asked" dir="auto">What do you answer?</h1>' in head
    assert html.count("<h1") == 1
    assert 'class="asked"' not in render.wall_fragment(compared(3, both=False), address=ADDRESS)
    for prompt in ("What would you say to her now? " * 3, "What do you answer?\nAnd why?"):
        assert not render.wall_fit(compared(6, both=True, prompt=prompt)).on_top
    rehearsal = compared(6, both=True, prompt="What would you say if you were she?")
    assert render.wall_fit(rehearsal).on_top
    assert not render.wall_fit(rehearsal._replace(rehearsal=True)).on_top


def test_numbers_that_break_beside_a_bar_are_counted() -> None:
    few = compared(5, both=True, hands=3)
    assert few.results is not None
    many = few.results._replace(rows=tuple(row._replace(hands=120) for row in few.results.rows))
    assert render.wall_fit(few).step < render.wall_fit(few._replace(results=many)).step


def test_a_line_of_the_customer_is_the_largest_thing_on_the_wall() -> None:
    for letters, least in ((60, 80), (200, 64)):
        scene = Scene("fast · a child asks something", "Dana Whitlock", "y" * letters, 3)
        assert fit.STEPS[render.wall_fit(screen("scene", scene=scene)).step].line >= least


def test_the_wall_css_knows_every_mood_that_the_mood_can_come_from() -> None:
    css = PAGES.joinpath("static/wall.css").read_text("utf-8")
    for mood in range(11):
        assert f".from-{mood} {{ --from: {mood * 10}%; }}" in css
