"""`gatehouse train`: scenarios to learn from, and what a trainer needs around them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli import output
from cli.assess import Plain
from cli.output import clean
from knowledge.load import load
from knowledge.problems import BadInput, Problem, listing, suggestion
from knowledge.results import Progress, Stage, begin, load_progress, progress_file, save_progress
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
Folder = Annotated[Path, typer.Argument(help="The folder with the learners' result files.", show_default=False)]
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
        Path | None, typer.Option("--results", metavar="FOLDER", help="Keep a result file here too, for the trainer.")
    ] = None,
    stage: Annotated[
        str, typer.Option("--stage", metavar="before|after", help="Mark what you do as before or after a course.")
    ] = "",
    name: Annotated[
        str, typer.Option("--as", metavar="NAME", help="The name on your results; a made-up one unless you say.")
    ] = "",
) -> None:
    """Learn: the story first, you decide, and then Gatehouse's own determination beside yours."""
    from cli.learn import Lesson, Stopped, order
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
    chosen = find_pack(training, pack or (progress.current.pack if progress.current else "first-steps"))
    copies = [results / f"{_file_name(progress.learner)}.json"] if results else []
    if not progress.attempts and progress.current is None:
        screen.para(
            f"On your results you are called {progress.learner}; nobody else can read them ({path}). "
            "You can stop at any point with Ctrl-S, and go on later. 'gatehouse train delete' deletes everything."
        )
    lesson = Lesson(training, Determiner(training.knowledge), screen, path, progress, copies, stages[stage], pack)
    try:
        lesson.run(chosen, order(chosen, progress, training))
    except Stopped:
        typer.echo(f"Saved. Go on with: gatehouse train{f' {pack}' if pack else ''}", err=True)


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
def report(folder: Folder, out: Out) -> None:
    """Report a class from its result files: where people go wrong, and how sure they were. HTML, or CSV.

    For example: gatehouse train report results/ -o class.html · gatehouse train report results/ -o class.csv
    """
    from cli.cohort import write_report

    write_report(load_training(load()), folder, out)


@train.command()
def tally(
    folder: Folder,
    scenario: Annotated[
        str, typer.Argument(help="A scenario ('gatehouse train list --json'); left out, the last one done.")
    ] = "",
    follow: Annotated[bool, typer.Option("--follow", help="Count again every two seconds, until Ctrl-C.")] = False,
    plain: Plain = False,
) -> None:
    """Count the votes of a room on one scenario, from its result files.

    For example: gatehouse train tally results/ safeguarding/bruises-at-school --follow
    """
    from cli.cohort import show_tally
    from cli.screen import Screen, wants_plain

    show_tally(load_training(load()), folder, scenario, Screen(wants_plain(plain)), follow=follow)


@train.command()
def export(out: Annotated[Path, typer.Argument(help="The file to write.", show_default=False)]) -> None:
    """Write your own results to a file, to keep or to give to a trainer.

    For example: gatehouse train export results/me.json
    """
    progress = own_progress()
    if progress is None:
        raise BadInput("There are no results yet. Begin with: gatehouse train")
    save_progress(progress, out)
    typer.echo(clean(f"{len(progress.attempts)} scenarios of {progress.learner} written to {out}"), err=True)


@train.command()
def delete(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete your own results from this machine. Copies that you gave away are not reached.

    For example: gatehouse train delete
    """
    from cli.guide import experience_file

    path = progress_file()
    found = [one for one in (path, path.with_name("exam-key.pem"), experience_file()) if one.exists()]
    if not found:
        typer.echo("There is nothing to delete.", err=True)
        return
    if not yes:
        typer.confirm(f"Delete {' and '.join(map(str, found))}?", abort=True, err=True)
    for one in found:
        one.unlink()
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


def _file_name(learner: str) -> str:
    """A name that any file system takes.

    >>> _file_name("A. Learner/../x")
    'A--Learner----x'
    """
    return "".join(character if character.isalnum() else "-" for character in learner)[:60] or "learner"
