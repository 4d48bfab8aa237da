"""Plant a bug in a copy of the kit, run the tests that should find it, and say which bugs they let live.

`python -m tests.mutants` runs all, `python -m tests.mutants WORD …` those whose names hold a word. Status 1 if one
survives. The kit itself has no switches: a bug is a change of its text, and that text must be there exactly once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PARALLEL = 2
UNIT, SERVER, FAULTS = "tests/unit", "tests/unit/server", "tests/faults"


class Mutant(NamedTuple):
    """One bug: in `file` of kit/ the text `old` becomes `new`; `tests` should notice."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTANTS = (
    Mutant(
        "the first vote wins",
        "session.py",
        "self.rounds[event.round].ballots[event.participant] = event",
        "self.rounds[event.round].ballots.setdefault(event.participant, event)",
        (f"{UNIT}/test_session.py",),
    ),
    Mutant(
        "votes are acknowledged before the commit",
        "store/sqlite.py",
        "                return self._insert(group)\n",
        "                self._tell(self._insert(group))\n                return []\n",
        (f"{FAULTS}/test_commit.py",),
    ),
    Mutant(
        "the log's order is not asked",
        "server/rooms.py",
        "if not room.refused.isdisjoint(range(first, first + len(drafts))):",
        "if False:",
        (f"{FAULTS}/test_commit.py",),
    ),
    Mutant(
        "a full disk is acknowledged",
        "store/sqlite.py",
        "return [Failure(append.code, error, append.token) for append in group]",
        "return [Commit(append.code, 1, (), append.token) for append in group]",
        (f"{FAULTS}/test_commit.py",),
    ),
    Mutant(
        "the session's key is not checked",
        "server/facilitator.py",
        "if not same(key, room.key_hash):",
        "if False:",
        (f"{SERVER}/test_secrets.py::test_wrong_keys_open_nothing",),
    ),
    Mutant(
        "the server's key is not checked",
        "server/facilitator.py",
        "if not same(hash_key(_bearer(scope)), hash_key(self.rooms.server_key)):",
        "if False:",
        (f"{SERVER}/test_secrets.py::test_only_the_server_key_opens_sessions_and_stops_the_server",),
    ),
    Mutant(
        "the tally is off by one",
        "forms/choice.py",
        "counts[answer] += 1",
        "counts[answer] += 2 - bool(counts[answer])",
        (f"{UNIT}/forms/test_choice.py",),
    ),
    Mutant(
        "removed people's ballots count",
        "state.py",
        "for who, ballot in ballots.items() if self.people[who].removed is None",
        "for who, ballot in ballots.items()",
        (f"{UNIT}/test_session.py",),
    ),
    Mutant(
        "the fold takes late ballots",
        "rules.py",
        'raise RoundClosed("This round was closed before your answer arrived.")',
        "pass",
        (f"{UNIT}/test_rules.py",),
    ),
    Mutant(
        "a second opening of a round is taken",
        "rules.py",
        "if event.round in state.rounds:",
        "if False:",
        (f"{SERVER}/test_commands.py::test_a_round_id_twice_is_refused",),
    ),
    Mutant(
        "a round opens while another is open",
        "rules.py",
        'raise Refused(f"Round {state.open.opened.round!r} is still open. Close it before the next one.")',
        "pass",
        (f"{UNIT}/test_rules.py",),
    ),
    Mutant(
        "added time is forgotten",
        "state.py",
        "timestamp() + self.seconds",
        "timestamp() + (self.opened.seconds or 0)",
        (f"{UNIT}/test_session.py", f"{UNIT}/test_rules.py"),
    ),
    Mutant(
        "results can be read before the reveal",
        "server/phones.py",
        'if round_.revealed is not None or session.settings.get("live")',
        "if True",
        (f"{SERVER}/test_secrets.py::test_no_tally_reaches_a_phone_before_the_reveal",),
    ),
    Mutant(
        "live results go to phones too",
        "screen.py",
        'if wall and round_.closed is None and session.settings.get("live"):',
        'if session.settings.get("live"):',
        (f"{UNIT}/test_screen.py",),
    ),
    Mutant(
        "what people type is not escaped",
        "server/render.py",
        "autoescape=True",
        "autoescape=False",
        (f"{SERVER}/test_joining.py::test_a_name_is_escaped_wherever_it_is_shown",),
    ),
    Mutant(
        "the origin of a post is not checked",
        "server/origin.py",
        "    if foreign:\n",
        "    if False:\n",
        (f"{SERVER}/test_secrets.py::test_a_post_of_another_sites_page_is_refused",),
    ),
    Mutant(
        "a repeated command is stored again",
        "store/sqlite.py",
        "first = self._repeated(append)",
        "first = None",
        (f"{SERVER}/test_commands.py::test_a_repeated_command_returns_its_first_seq_and_is_stored_once",),
    ),
    Mutant(
        "an id with another body is a repetition",
        "store/sqlite.py",
        "if [row[0] for row in stored] == [draft.body for draft in append.drafts]:",
        "if stored:",
        (f"{SERVER}/test_commands.py::test_an_id_with_another_body_is_409",),
    ),
    Mutant(
        "a cookie's signature is not checked",
        "keys.py",
        "return self._signer.unsign(cookie).decode()",
        'return cookie.partition(".")[0]',
        (f"{UNIT}/test_keys.py",),
    ),
    Mutant(
        "the door is never locked",
        "server/phones.py",
        'if room.session.settings.get("locked"):',
        "if False:",
        (f"{SERVER}/test_joining.py::test_a_locked_door_lets_nobody_new_in_and_everybody_back",),
    ),
    Mutant(
        "dead phones stay",
        "server/streams.py",
        "waiters.discard(waiter)",
        "pass",
        (f"{SERVER}/test_streams.py::test_dead_phones_do_not_leak",),
    ),
    Mutant(
        "the log stream begins anew after a break",
        "server/facilitator.py",
        'request.headers.get("last-event-id") or ',
        "",
        (f"{SERVER}/test_streams.py::test_the_log_stream_goes_on_from_last_event_id_and_from_after",),
    ),
    Mutant(
        "a command sent again is a new command",
        "client.py",
        "id=event.id or secrets.token_hex(8)",
        "id=event.id",
        (f"{UNIT}/test_client.py",),
    ),
    Mutant(
        "votes are shown while people find their opposite",
        "screen.py",
        'if wall and round_.closed is None and session.settings.get("live"):',
        'if wall and (session.settings.get("live") or session.settings.get("opposite")):',
        (f"{UNIT}/test_screen.py::test_while_people_find_their_opposite_there_are_letters_and_no_numbers",),
    ),
    Mutant(
        "phones have the road",
        "screen.py",
        'if wall and view != "ended" else None',
        'if view != "ended" else None',
        (f"{UNIT}/test_screen.py::test_the_road_stands_on_the_wall_only",),
    ),
    Mutant(
        "removed people are among those who moved",
        "play.py",
        "for who, ballot in session.ballots(round_.opened.round).items()",
        "for who, ballot in round_.ballots.items()",
        (f"{UNIT}/test_play.py::test_who_moved_are_people_who_voted_by_phone_in_both_and_are_here",),
    ),
    Mutant(
        "hands do not decide",
        "play.py",
        "counts = votes(session, play.last)",
        "counts = session.tally(play.last.opened.round)",
        (f"{UNIT}/test_play.py::test_most_votes_win_and_a_tie_is_several",),
    ),
    Mutant(
        "the interval is the textbook's",
        "statistics.py",
        "share, z2 = count / of, Z * Z",
        "share, z2 = count / of, 0.0",
        (f"{UNIT}/test_statistics.py",),
    ),
    Mutant(
        "McNemar's test is one-sided",
        "statistics.py",
        "min(1.0, 2 * tail / 2**switchers)",
        "min(1.0, tail / 2**switchers)",
        (f"{UNIT}/test_statistics.py",),
    ),
    Mutant(
        "the mood leaves its scale",
        "scenario.py",
        "return max(LEAST_MOOD, min(MOST_MOOD, mood + effect))",
        "return mood + effect",
        (f"{UNIT}/test_moves.py::test_the_mood_stays_on_its_scale",),
    ),
    Mutant(
        "who goes back still has the response taken",
        "moves.py",
        "steps = [*play.road.steps[:-2], _step(turn, before.mood)]",
        "steps = [*play.road.steps[:-2], before]",
        (f"{UNIT}/test_moves.py::test_back_is_the_turn_before_in_its_mood_and_another_visit",),
    ),
    Mutant(
        "a conversation begun again counts its visits anew",
        "moves.py",
        "road.visit + 1 if road is not None else 1",
        "road.visit + 1 if road is not None and len(steps) > 1 else 1",
        (f"{UNIT}/test_moves.py::test_it_can_be_begun_again_at_any_time_and_rounds_never_collide",),
    ),
    Mutant(
        "another way needs no reason",
        "panels/way.py",
        "if needs_why and first and response not in first and not why:",
        "if False:",
        (f"{UNIT}/panels/test_way.py::test_another_way_needs_a_reason_which_is_kept",),
    ),
    Mutant(
        "an export names a person by the old name after a renaming",
        "aliases.py",
        'if kind in ("participant.joined", "participant.renamed", "participant.removed"):',
        'if kind in ("participant.joined", "participant.removed"):',
        (f"{UNIT}/test_aliases.py",),
    ),
    Mutant(
        "private notes leave with an export",
        "aliases.py",
        '{"topic": topic, "fields": {}}',
        '{"topic": topic, "fields": event.get("fields", {})}',
        (f"{UNIT}/test_aliases.py",),
    ),
    Mutant(
        "a restored log overwrites one that differs",
        "store/sqlite.py",
        "if kept[:shared] != list(lines[:shared]):",
        "if False:",
        ("tests/contract",),
    ),
    Mutant(
        "an export puts its files in place before all are made",
        "export/__init__.py",
        'part = folder.with_name(f".{folder.name}.part")',
        'part = folder if folder.exists() else folder.with_name(f".{folder.name}.part")',
        (f"{UNIT}/export/test_export.py",),
    ),
    Mutant(
        "switches are counted from the revote to the vote",
        "questions.py",
        "counts = switches(_answers(session, rounds[0]), _answers(session, rounds[1]))",
        "counts = switches(_answers(session, rounds[1]), _answers(session, rounds[0]))",
        (f"{UNIT}/export/test_figures.py",),
    ),
    Mutant(
        "hands are added to the phones of an interval",
        "questions.py",
        "return Cell(count, of, raised, _interval(count, of),",
        "return Cell(count, of, raised, _interval(count + (raised or 0), of + sum((hands or {}).values())),",
        (f"{UNIT}/export/test_figures.py",),
    ),
    Mutant(
        "a turn that was gone back on stays on the road",
        "history.py",
        "on_road[place:] = [visit]",
        "on_road.append(visit)",
        (f"{UNIT}/export/test_figures.py",),
    ),
    Mutant(
        "a text that looks like a formula becomes one",
        "export/xlsx.py",
        "        sheet.write_string(line, place, text, style)\n",
        "        (sheet.write_formula if text[:1] == '=' else sheet.write_string)(line, place, text, style)\n",
        (f"{UNIT}/export/test_xlsx.py",),
    ),
    Mutant(
        "a simulated class comes into any session",
        "rehearsal/crowd.py",
        "if session.opened is None or not session.opened.rehearsal:",
        "if session.opened is None:",
        (f"{UNIT}/rehearsal/test_crowd.py::test_nobody_is_simulated_in_a_session_that_counts",),
    ),
    Mutant(
        "a simulated person says saved before the room does",
        "rehearsal/member.py",
        "                seq = await self.phone.vote(round_, ballot)\n",
        "                seq = 1\n                await self.phone.vote(round_, ballot)\n",
        (f"{UNIT}/rehearsal/test_crowd.py::test_people_join_vote_and_vote_again_as_the_model_says",),
    ),
    Mutant(
        "simulated people are let into a session that counts",
        "server/phones.py",
        "if ticket.startswith(SIMULATED) and (opened is None or not opened.rehearsal):",
        "if ticket.startswith(SIMULATED) and opened is None:",
        (f"{SERVER}/test_joining.py::test_simulated_people_are_let_into_rehearsals_only",),
    ),
    Mutant(
        "last evening's rehearsal is this morning's workshop",
        "live.py",
        "(REHEARSING if self.rehearsal else FRESH)",
        "FRESH",
        (f"{UNIT}/panels/test_lobby.py::test_run_all_goes_on_where_there_is_no_doubt",),
    ),
)


class Result(NamedTuple):
    mutant: Mutant
    caught: bool
    seconds: float
    by: str


class NotPlanted(Exception):
    """The text to change is not there exactly once, or the tests could not be run."""


def plant(kit: Path, mutant: Mutant) -> None:
    """Change the copy `kit`. Raises NotPlanted unless the text is found exactly once."""
    path = kit / mutant.file
    text = path.read_text(encoding="utf-8")
    if (found := text.count(mutant.old)) != 1:
        raise NotPlanted(f"{mutant.name}: the text is {found} times in kit/{mutant.file}: {mutant.old.strip()!r}")
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")


def copy(folder: Path) -> None:
    """The kit, its tests and the scenarios that these play, without what they leave behind."""
    for name in ("kit", "tests", "workshops"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in ("pyproject.toml", "conftest.py"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, folder / name)


def run_tests(folder: Path, tests: Iterable[str]) -> subprocess.CompletedProcess[str]:
    """Run these tests on the kit that lies in `folder`, until one fails."""
    words = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-p", "pytest_timeout", *tests]
    # Looking for plugins takes longer than most of these tests.
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        words,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=120,
    )


def try_out(mutant: Mutant) -> Result:
    """Plant one bug in a copy of its own and see whether the tests notice."""
    with tempfile.TemporaryDirectory(prefix="mutant-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        copy(folder)
        plant(folder / "kit", mutant)
        started = time.monotonic()
        told = run_tests(folder, mutant.tests)
    if told.returncode not in (0, 1):
        raise NotPlanted(f"{mutant.name}: the tests could not be run:\n{told.stdout}{told.stderr}")
    by = next((line for line in told.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))), "")
    by = by.split(" - ")[0].rpartition("::")[2]
    return Result(mutant, told.returncode == 1, time.monotonic() - started, by)


def unharmed(mutants: Sequence[Mutant]) -> str:
    """What the same tests say of the kit as it is, if it isn't good: a bug is caught by what passes without it."""
    with tempfile.TemporaryDirectory(prefix="mutant-", ignore_cleanup_errors=True) as name:
        copy(Path(name))
        told = run_tests(Path(name), dict.fromkeys(test for mutant in mutants for test in mutant.tests))
    return "" if told.returncode == 0 else told.stdout + told.stderr


def try_all(mutants: Sequence[Mutant]) -> list[Result]:
    """Try each one out, several at a time; in their order. Raises NotPlanted if that says nothing."""
    if not mutants:
        raise NotPlanted("No bug has such a name.")
    with ThreadPoolExecutor(PARALLEL) as pool:
        whole = pool.submit(unharmed, mutants)
        results = list(pool.map(try_out, mutants))
        if whole.result():
            raise NotPlanted(f"Without any bug these tests fail:\n{whole.result()}")
    return results


def table(results: Sequence[Result]) -> str:
    """One line a bug."""
    width = max(len(it.mutant.name) for it in results)
    word = {True: "caught", False: "SURVIVED"}
    return "\n".join(f"{it.mutant.name:{width}}  {word[it.caught]:8}  {it.seconds:5.1f} s  {it.by}" for it in results)


def main(words: Sequence[str]) -> int:
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.name for word in words)]
    try:
        results = try_all(chosen)
    except NotPlanted as error:
        sys.exit(str(error))
    print(table(results))
    return 0 if all(result.caught for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
