"""`gatehouse assess`: the interview, and the determination."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.share_file import load_share
from knowledge.load import load
from knowledge.problems import BadInput, Problem
from knowledge.share import Share, has_envelope
from rules.determine import Determiner, is_emergency
from rules.explain import as_json

ShareFile = Annotated[
    Path | None, typer.Argument(help="A share file; left out, a new one is begun.", show_default=False)
]
AsAt = Annotated[str, typer.Option("--as-at", metavar="DATE", help="The law on this date (YYYY-MM-DD).")]
Provisional = Annotated[
    bool,
    typer.Option(
        "--provisional", help="Take every promise that nobody answered as given; never a fact or a judgement."
    ),
]
Plain = Annotated[bool, typer.Option("--plain", help="Plain lines for screen readers: no colour, boxes or repainting.")]


_SEARCHED = 40  # lines; above that the nearest lawful shares are looked for only when asked for with --all


def assess(
    share: ShareFile = None,
    json: Annotated[
        bool, typer.Option("--json", help="The determination as JSON on standard output; asks nothing.")
    ] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Ask nothing; decide what is there.")] = False,
    provisional: Provisional = False,
    as_at: AsAt = "",
    plain: Plain = False,
    everything: Annotated[bool, typer.Option("--all", help="List the powers that are shut, too.")] = False,
    save: Annotated[Path | None, typer.Option("--save", metavar="FILE", help="Where a new share is kept.")] = None,
    jsonld: Annotated[
        bool, typer.Option("--jsonld", help="The determination as linked data (DPV and ODRL); asks nothing.")
    ] = False,
    explain_as_you_go: Annotated[
        bool, typer.Option("--explain-as-you-go", help="Say why each question is asked, the first times you meet it.")
    ] = False,
) -> None:
    """Find the legal gateway for a share of personal data: asks what it needs, and decides.

    For example: gatehouse assess · gatehouse assess share.yaml · gatehouse assess share.yaml --no-input --json
    """
    quiet = json or jsonld or no_input
    if share is None and quiet:
        raise BadInput("Name a share file: with --no-input, --json or --jsonld nothing is asked.")
    knowledge = load()
    determiner = Determiner(knowledge)
    proposal = load_share(share, knowledge) if share else Share(gatehouse="1")
    if quiet:
        date = output.date(as_at) or proposal.as_at or dt.date.today()
    else:
        proposal, date = _interview(determiner, proposal, share, save, as_at, plain, explain_as_you_go)
    determination = determiner.determine(proposal, date, provisional=provisional)
    for note in determination.notes:
        typer.echo(output.clean(note), err=True)
    if json:
        searcher = determiner if everything or len(determination.lines) <= _SEARCHED else None
        typer.echo(output.dumps(as_json(determination, searcher, everything=everything)))
    elif jsonld:
        from rules.linked import as_jsonld

        typer.echo(output.dumps(as_jsonld(determination)))
    else:
        from cli import emergency, verdict
        from cli.screen import Screen, wants_plain

        screen = Screen(wants_plain(plain))
        if is_emergency(proposal):
            emergency.show(screen, determination, determiner)
        else:
            verdict.show(screen, determination, determiner, everything=everything)
    raise typer.Exit(output.EXIT[determination.verdict])


def _interview(
    determiner: Determiner,
    proposal: Share,
    share: Path | None,
    save: Path | None,
    as_at: str,
    plain: bool,
    explain_as_you_go: bool,
) -> tuple[Share, dt.date]:
    from cli.interview import Interview, Left
    from cli.screen import Screen, wants_plain

    path = save or where(share)
    date = output.date(as_at) or proposal.as_at or dt.date.today()
    interview = Interview(determiner.knowledge, determiner, Screen(wants_plain(plain)), path, proposal, date)
    if explain_as_you_go:
        from cli.guide import Guide, experience_file

        interview.explains = Guide(experience_file()).explains
    if share is None:
        interview.screen.para(f"Your answers are kept in {path} as you give them.")
    try:
        proposal = interview.run()
    except Left:
        typer.echo(_go_on(path), err=True)
        raise typer.Exit(output.EXIT["more-needed"]) from None
    except KeyboardInterrupt:
        typer.echo(f"\n{_go_on(path)}", err=True)
        raise typer.Exit(output.INTERRUPTED) from None
    return proposal, date


def _go_on(path: Path) -> str:
    if path.exists():
        return f"Saved. Go on with: gatehouse assess {path}"
    return "Left before the first answer; nothing was kept."


def where(share: Path | None) -> Path:
    """The file in which answers are kept: the share's own, or a new one that is in nobody's way."""
    if share is not None and not has_envelope(share):
        return share
    stem = share.stem if share else "share"
    candidates = [Path(f"{stem}.yaml"), *(Path(f"{stem}-{number}.yaml") for number in range(2, 1000))]
    free = next((path for path in candidates if not path.exists()), None)
    if free is None:
        raise BadInput([Problem(stem, 0, "there are a thousand shares of this name here. Say where with --save.")])
    return free
