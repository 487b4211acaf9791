"""Commands that keep derived things in step: `flask render`, `flask recount`."""

import sys

import click
from flask.cli import with_appcontext

from forum.threads.commands.recounting import COUNTERS, count_wrong, repair
from forum.threads.commands.rerendering import count_outdated, render_batch


@click.command("render")
@with_appcontext
def render() -> None:
    """Render again the posts that an older version of the Markdown renderer made."""
    total, rendered, last = count_outdated(), 0, 0
    try:
        with click.progressbar(length=total, label="Rendering posts", file=sys.stderr) as bar:
            while found := render_batch(last):
                count, last = found
                rendered += count
                bar.update(count)
    except KeyboardInterrupt:
        click.echo(f"\nStopped after {rendered} of {total} posts. Run it again to go on.")
        raise SystemExit(130) from None
    click.echo(f"{rendered} posts rendered.")


@click.command("recount")
@click.option("--check", is_flag=True, help="Only say what is wrong; exit status 1 if anything is.")
@with_appcontext
def recount(check: bool) -> None:
    """Prove that all counters are right, and mend those that are not."""
    wrong = 0
    for counter in COUNTERS:
        found = count_wrong(counter) if check else repair(counter)
        wrong += found
        click.echo(f"{counter.name:24} {f'{found} wrong' if found else 'right'}")
    verdict = f"{wrong} were wrong{'' if check else ' and are mended'}." if wrong else "All counters are right."
    click.echo(verdict)
    if check and wrong:
        raise SystemExit(1)


COMMANDS = (render, recount)
