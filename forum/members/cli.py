"""`flask member …`: accounts from the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup
from sqlalchemy import select

from core.db import db
from core.errors import Refused
from forum.members.commands import leaving, profiles
from forum.members.models import Member

group = AppGroup("member", help="Members' accounts.")
from_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@group.command("create")
@click.argument("name")
@click.argument("email")
@click.option("--operator", is_flag=True, help="May do everything that the site's operator may.")
@from_stdin
def create(name: str, email: str, operator: bool, password_stdin: bool) -> None:
    """Make an account; its mail address counts as confirmed."""
    password = _password(password_stdin)
    with _in_words():
        member = profiles.create(name, email, password, "operator" if operator else "member")
    click.echo(f"{member.username} can sign in.")


@group.command("password")
@click.argument("name")
@from_stdin
def password(name: str, password_stdin: bool) -> None:
    """Set a new password; all sessions of the member end."""
    typed = _password(password_stdin)
    with _in_words():
        profiles.give_password(name, typed)
    click.echo(f"{name} has a new password and is signed out everywhere.")


@group.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(["member", "operator"]))
def role(name: str, role: str) -> None:
    """Make a member an operator, or an operator a member."""
    with _in_words():
        profiles.set_role(name, role)
    click.echo(f"{name} is now {role}.")


@group.command("claim")
@click.argument("name")
@click.argument("email")
def claim(name: str, email: str) -> None:
    """Give an imported member to a person: sends EMAIL a link to choose a password."""
    with _in_words():
        member = profiles.claim(name, email)
    click.echo(f"{member.username} belongs to {email}; the link is on its way.")


@group.command("list")
@click.option("--operators", is_flag=True, help="Only operators.")
@click.option("--imported", is_flag=True, help="Imported members too.")
def listing(operators: bool, imported: bool) -> None:
    """One line a member: id, name, role, mail address, state."""
    query = select(Member).order_by(Member.id)
    if operators:
        query = query.where(Member.role == "operator")
    if not imported:
        query = query.where(Member.imported_from.is_(None))
    for member in db.session.scalars(query):
        state = "suspended" if member.is_suspended else "verified" if member.is_verified else "not verified"
        click.echo(f"{member.id}\t{member.username}\t{member.role}\t{member.email or '-'}\t{state}")


@group.command("erase")
@click.argument("name")
@click.confirmation_option(prompt="This cannot be undone. Erase the member?")
def erase(name: str) -> None:
    """Erase a person: what they wrote and bought stays under a pseudonym."""
    with _in_words():
        member = leaving.erase(profiles.named(name))
    click.echo(f"{name} is erased; what stays says {member.username}.")


def _password(from_standard_input: bool) -> str:
    if from_standard_input:
        return sys.stdin.readline().rstrip("\n")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


@contextmanager
def _in_words() -> Iterator[None]:
    """A refusal ends the command with its sentence instead of a traceback."""
    try:
        yield
    except Refused as problem:
        raise click.ClickException(str(problem)) from problem
