"""The determination on screen: the verdict in plain words first, then why, what to do, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cli import opinion
from cli.screen import Screen
from cli.wording import CHECKED, WHEN, WHO
from cli.wording import cited as cited
from knowledge.model import KnowledgeBase
from knowledge.phrases import phrases
from rules.decide import Decided, Status
from rules.determine import Determination, Determiner
from rules.explain import cost_of_not_sharing, judged, merge, nearest_gateways, open_questions, weakest_label
from rules.line import CANNOT, GO_AHEAD, MUST, OUTSIDE, REFER, LineDetermination
from rules.nearest import nearest_lawful
from rules.route import BarOnRoute, Route, needs_lifting

WORDS = {
    "must-share": ("You must share this", "green"),
    "may-share": ("You may share this", "green"),
    "may-share-with-conditions": ("You may share this, once a few things are done", "green"),
    "outside-data-protection-law": ("Data protection law does not stand in the way", "green"),
    "more-needed": ("You cannot share this yet: more is needed", "yellow"),
    "refer": ("This needs a person to judge", "yellow"),
    "cannot-share-as-proposed": ("You cannot share this as proposed", "red"),
}
SHORT = {
    "must-share": "Must share",
    "may-share": "May share",
    "may-share-with-conditions": "May share, with conditions",
    "outside-data-protection-law": "Outside data protection law",
    "more-needed": "More needed",
    "refer": "Needs a person to judge",
    "cannot-share-as-proposed": "Cannot share as proposed",
}
_SIDE_LABEL = {"sending": "", "receiving": " (receiving side)"}


def show(screen: Screen, determination: Determination, determiner: Determiner, *, everything: bool = False) -> None:
    """Print a determination; `everything` adds the powers that are shut."""
    knowledge = determination.knowledge
    words, style = WORDS[determination.verdict]
    screen.title(words, style=f"bold {style}")
    if determination.share.title:
        screen.para(determination.share.title)
    groups = merge(determination.lines)
    if len(determination.lines) > 1:
        _tally(screen, determination)
    if len(groups) > 1:
        screen.blank()
        screen.table(("From", "To", "For", "Data", "Verdict"), [_row(knowledge, group) for group in groups])
    opinion.show(screen, determination)
    for group in _alike(groups):
        _line(screen, determination, group, several=len(groups) > 1, everything=everything)
        _nearest_lawful(screen, determiner, determination, group)
    _footer(screen, determination)


def _alike(groups: list[list[LineDetermination]]) -> list[list[LineDetermination]]:
    """Groups that read the same on screen, whoever the parties are, as one."""
    found: dict[tuple[object, ...], list[LineDetermination]] = {}
    for group in groups:
        line, best = group[0], group[0].best
        reads = (
            line.verdict,
            line.line.purpose,
            tuple(route.gateway and route.gateway.id for route in line.shown)
            or tuple(g.id for g in nearest_gateways(line)),
            tuple(
                (bar.bar.id, bar.passes(), bar.lifted_by[:1] and bar.lifted_by[0].provision.id) for bar in best.sending
            )
            if best
            else (),
            tuple((s.id, s.done) for s in best.safeguards) if best else (),
        )
        found.setdefault(reads, []).extend(group)
    return list(found.values())


def _tally(screen: Screen, determination: Determination) -> None:
    counts = [f"{count} {SHORT[verdict].lower()}" for verdict, count in determination.summary.items()]
    total = len(determination.lines)
    screen.para(f"Decided line by line ({total} lines, each one sender, receiver, purpose and kind of data): "
                f"{'; '.join(counts)}.")  # fmt: skip


def _row(knowledge: KnowledgeBase, group: Sequence[LineDetermination]) -> tuple[str, ...]:
    line = group[0].line
    return (
        line.discloser.name,
        line.receiver.name,
        knowledge.label(line.purpose),
        data_words(knowledge, group),
        SHORT[group[0].verdict],
    )


def data_words(knowledge: KnowledgeBase, group: Iterable[LineDetermination]) -> str:
    return ", ".join(dict.fromkeys(knowledge.label(each.line.data) for each in group))


def _line(
    screen: Screen,
    determination: Determination,
    group: Sequence[LineDetermination],
    *,
    several: bool,
    everything: bool,
) -> None:
    knowledge, line = determination.knowledge, group[0]
    if several:
        senders = ", ".join(dict.fromkeys(each.line.discloser.name for each in group))
        receivers = ", ".join(dict.fromkeys(each.line.receiver.name for each in group))
        screen.title(f"{senders} to {receivers}: {SHORT[line.verdict].lower()}")
    screen.para(f"{knowledge.label(line.line.purpose)}. Data: {data_words(knowledge, group)}.")
    slips = {slip.id: slip for each in group for slip, _ in each.slips}
    if slips:
        screen.heading("Look at these answers again")
        screen.bullets(f"{slip.says} {slip.mend}" for slip in slips.values())
    _why(screen, knowledge, line)
    _stops(screen, knowledge, line)
    _judged(screen, knowledge, line)
    _not_sharing(screen, group)
    _to_do(screen, line)
    _open(screen, knowledge, line)
    cautions = dict.fromkeys(caution.says for each in group for caution in each.cautions)
    if cautions:
        screen.heading("Take care")
        screen.bullets(cautions)
    if line.assumptions:
        screen.heading("Taken as promised")
        screen.bullets(knowledge.questions[id].asks for id in line.assumptions)
    if line.mentioned:
        screen.heading("Not in force yet")
        screen.bullets(cited(knowledge, gateway.provision) for gateway in line.mentioned)
    if everything and line.shut:
        screen.heading("Powers that are shut")
        screen.bullets(f"{cited(knowledge, gateway.provision)}: not met: {lacking(gateway)}" for gateway in line.shut)


def _nearest_lawful(
    screen: Screen, determiner: Determiner, determination: Determination, group: Sequence[LineDetermination]
) -> None:
    """What would let it go; each was decided again before it is shown."""
    if group[0].verdict not in (CANNOT, REFER):
        return
    line = group[0].line
    alike = [each for each in group if (each.line.discloser, each.line.receiver) == (line.discloser, line.receiver)]
    found = nearest_lawful(determiner, determination, alike)
    if not found and group[0].verdict == REFER:
        return
    screen.heading("What would let it go")
    if not found:
        screen.para("No lawful route was found. Gatehouse tried each change that people can make, alone and in pairs: "
                    "less data, less identifying data, consent, approvals and judgements; then another receiver and "
                    "another purpose that are near.", indent=2)  # fmt: skip
    for proposal in found:
        rest = "what is left " if proposal.drop_data else ""
        steps = " ".join(step if step.endswith("?") else f"{step}." for step in proposal.takes)
        screen.bullets([f"{steps} Then: {rest}{SHORT[proposal.verdict].lower()}."])


def _why(screen: Screen, knowledge: KnowledgeBase, line: LineDetermination) -> None:
    best = line.best
    if best is None or (best.now is Status.SHUT and best.gateway is None):
        return
    if best.gateway is not None:
        heading = {
            Status.OPEN: "The power" if line.verdict != MUST else "The duty",
            Status.UNSETTLED: "The power that looks nearest",
            Status.SHUT: "The power that comes nearest",
        }[best.now]
        screen.heading(heading)
        screen.para(cited(knowledge, best.gateway.provision), indent=2)
        screen.para(best.gateway.provision.plain, indent=2)
        _choice(screen, line, best)
    if line.verdict in GO_AHEAD and line.verdict != OUTSIDE:
        lifted = [bar for bar in (*best.sending, *best.receiving) if needs_lifting(bar) and bar.lifted is Status.OPEN]
        if lifted:
            screen.heading("What else the law asks, and how it is met")
            screen.bullets(_lifted(knowledge, bar) for bar in lifted)
    others = [route.gateway for route in line.shown if route.gateway and route is not best]
    if others:
        screen.heading("Other powers that may serve" if best.now is not Status.SHUT else "Other powers that were tried")
        screen.bullets(f"{cited(knowledge, other.provision)}: {_status(other)}" for other in others)


def _choice(screen: Screen, line: LineDetermination, best: Route) -> None:
    """A duty with its deadline and limits, or a choice with what speaks for it and against it."""
    provision = best.gateway.provision if best.gateway else None
    if provision is None or best.now is not Status.OPEN:
        return
    if best.is_mandatory:
        screen.para("This is a duty: where it holds, the information must be given.", indent=2)
        if provision.deadline:
            screen.para(f"By when: {provision.deadline}", indent=2)
        if provision.does_not:
            screen.para(f"It does not: {'; '.join(map(_lower, provision.does_not))}.", indent=2)
        return
    screen.para("This is a choice: the law allows it and does not oblige you.", indent=2)
    goal = line.line.answers.get("goal")
    reason = str(goal.answer).rstrip(".") + "." if goal else cost_of_not_sharing(line)
    if reason:
        screen.para(f"For: {reason}", indent=2)
    if provision.pitfalls:
        screen.para(f"Against, or to get right first: {'; '.join(provision.pitfalls)}.", indent=2)


def _not_sharing(screen: Screen, group: Sequence[LineDetermination]) -> None:
    """The cost of not sharing, where harm is possible."""
    costs = dict.fromkeys(filter(None, (cost_of_not_sharing(line) for line in group)))
    if costs:
        screen.heading("If you do not share")
        screen.bullets(costs)


def _judged(screen: Screen, knowledge: KnowledgeBase, line: LineDetermination) -> None:
    """Whose judgement it rests on, with the reasons."""
    found = judged(line)
    if not found:
        return
    screen.heading("Whose judgement it rests on" if line.verdict in GO_AHEAD else "What was judged, and by whom")
    for id, answer in found:
        question = knowledge.questions[id]
        who = f"{answer.by or 'nobody named'}{f', {answer.on}' if answer.on else ''}"
        why = f": {answer.reason}" if answer.reason else ", with no reasons given"
        screen.bullets([f"{question.title or question.asks}: {knowledge.answer_label(id, answer.answer)} ({who}){why}"])


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _status(decided: Decided) -> str:
    return {Status.OPEN: "open", Status.UNSETTLED: "not settled", Status.SHUT: "shut"}[decided.meets()]


def _lifted(knowledge: KnowledgeBase, bar: BarOnRoute) -> str:
    by = bar.lifted_by[0].provision
    return f"{bar.bar.provision.title}{_SIDE_LABEL[bar.side]}: {cited(knowledge, by)}"


def _stops(screen: Screen, knowledge: KnowledgeBase, line: LineDetermination) -> None:
    """What stands in the way: bars that stay down, or gateways that none of the facts reach."""
    best = line.best
    down = [bar for bar in best.sending if bar.passes() is not Status.OPEN] if best else []
    if down:
        stays = line.verdict not in (REFER, "more-needed")
        screen.heading("What stands in the way" if stays else "What may stand in the way")
        screen.bullets(_down(knowledge, bar) for bar in down)
    refused = [safeguard for safeguard in best.safeguards if safeguard.refused] if best else []
    if refused:
        screen.heading("Refused, and so it stops")
        screen.bullets(safeguard.says for safeguard in refused)
    if best is None:
        screen.heading("No power was found")
        screen.para("No power or duty that Gatehouse knows lets this body pass this on, to this receiver, for this "
                    "purpose. The nearest ones, and what each lacks:", indent=2)  # fmt: skip
        screen.bullets(
            f"{cited(knowledge, gateway.provision)}: not met: {lacking(gateway)}" for gateway in nearest_gateways(line)
        )


def lacking(gateway: Decided) -> str:
    """What shuts a gateway, in the provision's own words."""
    says = [finding.condition.says for finding in gateway.findings if finding.outcome == "not_met"]
    return "; ".join(says)


def _down(knowledge: KnowledgeBase, bar: BarOnRoute) -> str:
    provision = bar.bar.provision
    keys = [lift.provision.title for lift in bar.lifted_by]
    text = cited(knowledge, provision)
    if bar.bites is Status.UNSETTLED:
        text += ". Whether it applies is not settled"
    if keys:
        text += f". What may lift it: {'; '.join(keys[:4])}"
    if provision.offence:
        text += f". {provision.offence}"
    return text


def _to_do(screen: Screen, line: LineDetermination) -> None:
    if line.best is None or line.verdict not in GO_AHEAD:
        return
    for when, words in WHEN.items():
        due = [safeguard for safeguard in line.best.safeguards if safeguard.when == when]
        if due:
            screen.heading(words)
            screen.bullets(f"[{'done' if s.done else 'to do'}] {WHO.get(s.who, s.who)}: {s.says}" for s in due)


def _open(screen: Screen, knowledge: KnowledgeBase, line: LineDetermination) -> None:
    waiting = open_questions(knowledge, line)
    if not waiting:
        return
    judgements = [id for id in waiting if id in knowledge.questions and knowledge.questions[id].kind == "judgement"]
    facts = [id for id in waiting if id not in judgements]
    if facts:
        screen.heading("What still has to be known")
        screen.bullets(ask_words(knowledge, id) for id in facts)
    if judgements:
        screen.heading("What a named person has to judge, with reasons")
        screen.bullets(ask_words(knowledge, id) for id in judgements)


def ask_words(knowledge: KnowledgeBase, id: str) -> str:
    """A question in words, for the ones that a share itself answers too."""
    question = knowledge.questions.get(id)
    return question.asks if question else phrases("opening").get(f"{id}-exactly", id)


def _footer(screen: Screen, determination: Determination) -> None:
    labels = {weakest_label(line) for line in determination.lines} or {"verified"}
    weakest = max(labels, key=("verified", "secondary", "memory").index)
    screen.blank()
    screen.para(f"The law as at {determination.as_at.isoformat()}; {CHECKED[weakest]}. "
                f"Knowledge {determination.knowledge.digest[7:15]}. This supports a decision; it does not make it.",
                style="dim")  # fmt: skip
