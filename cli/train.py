"""`gatehouse train`: scenarios to learn from, and what a trainer needs around them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli import output
from cli.assess import Plain
from cli.output import clean, times
from knowledge.classes import Database, Place, hand_in, joined_file, load_joined, place_of, take_back
from knowledge.load import load
from knowledge.problems import BadInput, Problem, listing, suggestion
from knowledge.results import Attempt, Progress, Stage, begin, load_progress, progress_file, save_progress
from knowledge.training import Pack, Training, load_pack, load_training, tempts

_LEARN = "learn"


class _Packs(TyperGroup):
    """`gatehouse train PACK` is `gatehouse train learn PACK`: what is no command is a pack."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [_LEARN, *args]
        return super().parse_args(ctx, args)


train = typer.Typer(
    cls=_Packs,
    help="Learn on real-life scenarios: decide first, then see what Gatehouse says and why. "
    "For example: gatehouse train safeguarding · gatehouse train list",
)
exam = typer.Typer(help="A sealed exam: its answers are encrypted, its results signed.", no_args_is_help=True)
train.add_typer(exam, name="exam")

PackName = Annotated[str, typer.Argument(metavar="PACK", help="A pack ('gatehouse train list'), or a pack file.")]
Out = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="What to write.")]
ClassPlace = Annotated[
    str,
    typer.Argument(
        metavar="PLACE",
        help="Where the class gives its results: a folder, or postgresql://user@host/database#class.",
        show_default=False,
    ),
]
Passphrase = Annotated[
    Path | None,
    typer.Option("--passphrase-file", metavar="FILE", help="A file that holds the passphrase; else it is asked for."),
]


def find_pack(training: Training, name: str) -> Pack:
    """A pack by its id, or from a file of a trainer's own. Raises `BadInput`."""
    if name.endswith((".yaml", ".yml")):
        return load_pack(Path(name), training.knowledge)
    if not any(pack.id == name for pack in training.packs):
        known = [*(pack.id for pack in training.packs), *train_commands()]
        what = f"'{name}' is no pack. The packs: {listing(pack.id for pack in training.packs)}."
        raise BadInput([Problem("train", 0, f"{what}{suggestion(name, known)}")])
    return training.pack(name)


def train_commands() -> list[str]:
    return [command.name or "" for command in train.registered_commands]


def own_progress() -> Progress | None:
    path = progress_file()
    return load_progress(path) if path.exists() else None


@train.command(_LEARN, hidden=True)
def learn(
    pack: Annotated[str, typer.Argument(metavar="[PACK]", help="A pack, or a pack file.", show_default=False)] = "",
    plain: Plain = False,
    results: Annotated[
        str,
        typer.Option(
            "--results",
            metavar="PLACE",
            envvar="GATEHOUSE_RESULTS",
            help="Give what you do to your trainer too: a folder, or postgresql://user@host/database#class.",
        ),
    ] = "",
    stage: Annotated[
        str, typer.Option("--stage", metavar="before|after", help="Mark what you do as before or after a course.")
    ] = "",
    name: Annotated[
        str, typer.Option("--as", metavar="NAME", help="The name on your results; a made-up one unless you say.")
    ] = "",
) -> None:
    """Learn: the story first, you decide, and then Gatehouse's own determination beside yours."""
    from cli.learn import Lesson, Stopped, due_first, order
    from cli.screen import Screen, wants_plain
    from rules.determine import Determiner

    stages: dict[str, Stage] = {"": "", "before": "before", "after": "after"}
    if stage not in stages:
        raise BadInput(f"'{clean(stage)}' is no stage. Write before or after.")
    training = load_training(load())
    path = progress_file()
    progress = own_progress() or begin(clean(name))
    if name and progress.learner != clean(name):
        progress = Progress(format=1, learner=clean(name), attempts=progress.attempts, current=progress.current)
    screen = Screen(wants_plain(plain))
    due = due_first(progress, training) if not pack and progress.current is None else None
    if due:
        chosen = next(one for one in training.packs if due in one.scenarios)
    else:
        chosen = find_pack(training, pack or (progress.current.pack if progress.current else "first-steps"))
    giving = Giving(place_of(results), progress.learner) if results else None
    if not progress.attempts and progress.current is None:
        screen.para(
            f"On your results you are called {progress.learner}; nobody else can read them ({path}). "
            "You can stop at any point with Ctrl-S, and go on later. 'gatehouse train delete' deletes everything."
        )
    if due:
        screen.para(f"Some of what you did is due again. It comes first, from the pack {chosen.title}.")
    if giving:
        screen.para(
            f"What you do from now on is given to {giving.place.name} as {progress.learner}: the options that you "
            "pick, their marks, how sure you are, and when. 'gatehouse train delete' takes it back."
        )
        giving()
    lesson = Lesson(
        training, Determiner(training.knowledge), screen, path, progress, giving or keep_to_oneself, stages[stage], pack
    )
    try:
        lesson.run(chosen, order(chosen, progress, training, due.id if due else ""))
    except (Stopped, KeyboardInterrupt) as left:
        typer.echo(f"Saved. Go on with: gatehouse train{f' {pack}' if pack else ''}", err=True)
        raise typer.Exit(output.INTERRUPTED if isinstance(left, KeyboardInterrupt) else 0) from None


class Giving:
    """Gives each attempt to the class; what cannot be given waits for the next time, and stops nobody."""

    def __init__(self, place: Place, learner: str) -> None:
        self.place = place
        self.learner = learner

    def __call__(self, *attempts: Attempt) -> None:
        try:
            hand_in(self.place, self.learner, attempts, joined_file())
        except BadInput as error:
            typer.echo(f"Not given yet: {error}\nIt is kept on this machine, and given with the next one.", err=True)


def keep_to_oneself(attempt: Attempt) -> None:
    """Give nothing to anybody."""


@train.command("list")
def list_packs(
    json: Annotated[bool, typer.Option("--json", help="As JSON on standard output.")] = False, plain: Plain = False
) -> None:
    """The packs, and the scenarios in each.

    For example: gatehouse train list · gatehouse train list --json
    """
    training = load_training(load())
    if json:
        packs = [
            {
                "id": pack.id,
                "title": pack.title,
                "scenarios": [{"id": one.id, "title": one.title, "level": one.level} for one in pack.scenarios],
            }
            for pack in training.packs
        ]
        typer.echo(output.dumps({"packs": packs}))
        return
    from cli.screen import Screen, wants_plain

    screen = Screen(wants_plain(plain))
    progress = own_progress()
    done = {attempt.scenario for attempt in progress.attempts} if progress else set()
    for pack in training.packs:
        screen.heading(f"{pack.id}: {pack.title}")
        screen.para(pack.about)
        screen.bullets(f"{one.title} (level {one.level}{', done' if one.id in done else ''})" for one in pack.scenarios)


@train.command()
def check(
    pack: Annotated[Path, typer.Argument(help="A pack file of your own.", show_default=False)], plain: Plain = False
) -> None:
    """Check a pack of your own: every fault, and whether its scenarios say what Gatehouse says.

    For example: gatehouse train check my-pack.yaml
    """
    from cli.authoring import check_pack
    from cli.screen import Screen, wants_plain

    training = load_training(load())
    found = load_pack(pack, training.knowledge)
    wrong = check_pack(training, found, Screen(wants_plain(plain)))
    both = tempts(found.scenarios)
    typer.echo(f"Inviting refusal: {both['refuse']}. Inviting a share: {both['share']}. Neither: {both['neither']}.")
    raise typer.Exit(1 if wrong else 0)


@train.command()
def write(
    out: Out,
    share: Annotated[
        Path | None, typer.Argument(help="A share file with the facts; left out, you are asked.", show_default=False)
    ] = None,
    plain: Plain = False,
) -> None:
    """Write a scenario: give the facts, see at once what Gatehouse says, and tell the story.

    For example: gatehouse train write share.yaml -o my-scenario.yaml
    """
    from cli.authoring import write_scenario
    from cli.screen import Screen, wants_plain

    write_scenario(load_training(load()), share, out, Screen(wants_plain(plain)))


@train.command()
def handout(
    pack: PackName,
    out: Out,
    answers: Annotated[bool, typer.Option("--answers", help="With the answers, the reasons and the marks.")] = False,
) -> None:
    """Print a pack as a handout: .html, .docx, .pdf or .md by the ending.

    For example: gatehouse train handout safeguarding -o handout.docx --answers
    """
    from cli.handout import handout_of
    from cli.render import renderer
    from knowledge.share import write_atomically
    from rules.determine import Determiner

    render = renderer(out)
    training = load_training(load())
    paper = handout_of(training, find_pack(training, pack), Determiner(training.knowledge), answers=answers)
    write_atomically(out, render(paper))
    typer.echo(clean(f"Written to {out}"), err=True)


@train.command()
def certificate(pack: PackName, out: Out) -> None:
    """A certificate of a pack that you have done to the end: .html, .docx, .pdf or .md by the ending.

    For example: gatehouse train certificate safeguarding -o certificate.pdf
    """
    from cli.handout import certificate_of
    from cli.render import renderer
    from knowledge.share import write_atomically

    render = renderer(out)
    training = load_training(load())
    write_atomically(out, render(certificate_of(training, find_pack(training, pack), own_progress())))
    typer.echo(clean(f"Written to {out}"), err=True)


@train.command()
def report(place: ClassPlace, out: Out) -> None:
    """Report a class from its results: where people go wrong, and how sure they were. HTML, or CSV.

    For example: gatehouse train report results/ -o class.html · gatehouse train report results/ -o class.csv
    """
    from cli.cohort import write_report

    write_report(load_training(load()), place_of(place), out)


@train.command()
def tally(
    place: ClassPlace,
    scenario: Annotated[
        str, typer.Argument(help="A scenario ('gatehouse train list --json'); left out, the last one done.")
    ] = "",
    follow: Annotated[bool, typer.Option("--follow", help="Count again every two seconds, until Ctrl-C.")] = False,
    plain: Plain = False,
) -> None:
    """Count the votes of a room on one scenario, from its results.

    For example: gatehouse train tally results/ safeguarding/bruises-at-school --follow
    """
    from cli.cohort import show_tally
    from cli.screen import Screen, wants_plain

    show_tally(load_training(load()), place_of(place), scenario, Screen(wants_plain(plain)), follow=follow)


@train.command("class")
def class_(
    place: ClassPlace,
    learners: Annotated[
        str, typer.Option("--learners", metavar="ROLE", help="The database user that learners come as.")
    ] = "",
    clear: Annotated[bool, typer.Option("--clear", help="Delete what the class gave, once it is over.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Begin a class: a folder or a shared PostgreSQL database where results come together; or clear it.

    For example: gatehouse train class postgresql://host/training#spring --learners learners
    """
    found = place_of(place)
    if clear:
        if not yes:
            typer.confirm(clean(f"Delete the results of the whole class in {found.name}?"), abort=True, err=True)
        typer.echo(f"Deleted the results of {times(found.clear(), 'learner')}.", err=True)
        return
    found.begin(learners)
    theirs = found.as_user(learners) if isinstance(found, Database) and learners else found
    typer.echo(clean(f"Ready. Learners: gatehouse train PACK --results '{theirs.name}'"))
    typer.echo(clean(f"You: gatehouse train report '{found.name}' -o class.html"))


@train.command()
def export(
    out: Annotated[str, typer.Argument(metavar="FILE", help="The file to write, or a class's place in a database.")],
) -> None:
    """Write all your own results to a file, to keep or to give to a trainer; or into a class's database.

    For example: gatehouse train export results/me.json · gatehouse train export postgresql://host/training#spring
    """
    progress = own_progress()
    if progress is None:
        raise BadInput("There are no results yet. Begin with: gatehouse train")
    place = place_of(out)
    if isinstance(place, Database):
        hand_in(place, progress.learner, progress.attempts, joined_file())
    else:
        save_progress(progress, Path(out))
    what = f"{times(len(progress.attempts), 'scenario')} of {progress.learner} written to {place.name}"
    typer.echo(clean(what), err=True)


@train.command()
def delete(
    place: Annotated[
        str, typer.Argument(metavar="[PLACE]", help="Only what you gave to this class.", show_default=False)
    ] = "",
    here: Annotated[bool, typer.Option("--here", help="On this machine only, not what you gave to classes.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete your own results: from this machine, and from the classes that you gave them to.

    For example: gatehouse train delete · gatehouse train delete postgresql://host/training#spring
    """
    from cli.guide import experience_file

    path = progress_file()
    files = [path, path.with_name("exam-key.pem"), experience_file(), joined_file()]
    found = [] if place else [one for one in files if one.exists()]
    names = [place_of(place).name] if place else [] if here else list(load_joined(joined_file()))
    if place and names[0] not in load_joined(joined_file()):
        raise BadInput([Problem(names[0], 0, "this machine gave nothing to it.")])
    if not found and not names:
        typer.echo("There is nothing to delete.", err=True)
        return
    if not yes:
        what = [f"what you gave to {name}" for name in names] + list(map(str, found))
        typer.confirm(clean(f"Delete {' and '.join(what)}?"), abort=True, err=True)
    for name in names:
        try:
            count = take_back(place_of(place or name), joined_file())
        except BadInput as error:
            raise BadInput(f"{error}\nNothing was deleted on this machine: only it can delete there later.") from None
        typer.echo(clean(f"{times(count, 'scenario')} deleted from {name}."), err=True)
    for one in found:
        one.unlink(missing_ok=True)
    typer.echo("Deleted.", err=True)


@exam.command()
def seal(pack: PackName, out: Out, passphrase_file: Passphrase = None) -> None:
    """Make an exam of a pack: stories and options to read, answers encrypted with your passphrase.

    For example: gatehouse train exam seal safeguarding -o exam.json
    """
    from cli.exam import seal_exam
    from rules.determine import Determiner

    training = load_training(load())
    seal_exam(training, find_pack(training, pack), Determiner(training.knowledge), out, passphrase_file)


@exam.command()
def take(
    file: Annotated[Path, typer.Argument(help="A sealed exam.", show_default=False)],
    out: Out,
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="The name on the result.")] = "",
    plain: Plain = False,
) -> None:
    """Take a sealed exam. Time is shown and not enforced; the result is signed.

    For example: gatehouse train exam take exam.json -o result.json
    """
    from cli.exam import take_exam
    from cli.screen import Screen, wants_plain

    take_exam(file, out, clean(name), Screen(wants_plain(plain)))


@exam.command()
def verify(
    result: Annotated[Path, typer.Argument(help="A result of an exam.", show_default=False)],
    exam_file: Annotated[Path, typer.Option("--exam", metavar="FILE", help="The sealed exam that was taken.")],
    key: Annotated[str, typer.Option("--key", help="The key that the candidate's screen showed at the start.")] = "",
    passphrase_file: Passphrase = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON on standard output.")] = False,
) -> None:
    """Verify the signature on a result, and mark it. Exits 1 where the signature does not hold.

    For example: gatehouse train exam verify result.json --exam exam.json
    """
    from cli.exam import verify_result

    raise typer.Exit(verify_result(result, exam_file, key, passphrase_file, json=json))
