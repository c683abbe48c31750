"""The `directory` command: wiring of its groups, and the one place where errors become exit codes."""

import sys
from dataclasses import replace
from pathlib import Path

import click

from directory.commands import finding, intake, people, running
from directory.commands.duplicates import duplicates
from directory.commands.exporting import export
from directory.commands.instance import Instance
from directory.commands.mapping import propose_mapping
from directory.commands.output import say
from directory.commands.partners import partner
from directory.commands.programs import program
from directory.commands.sources import source
from directory.commands.stewarding import edit, merge, unmerge
from directory.errors import (
    DirectoryError,
    ImporterUnknown,
    InstanceInvalid,
    ListingNotFound,
    QueryInvalid,
    RecordNotFound,
    SourceBroken,
)
from directory.settings import Settings

EXIT_CODES: tuple[tuple[type[DirectoryError], int], ...] = (
    (QueryInvalid, 2),
    (ImporterUnknown, 2),
    (RecordNotFound, 2),
    (ListingNotFound, 2),
    (InstanceInvalid, 2),
    (SourceBroken, 3),
    (DirectoryError, 1),
)
"""The first class that fits decides (INTERFACES: 2 bad call, 3 the source is broken or implausible)."""


def told(problem: DirectoryError) -> list[str]:
    """The sentence, and each field with what is wrong with it (once, where that is the sentence itself)."""
    fields = [(name, str(each)) for name, sentences in problem.fields.items() for each in sentences]
    sentence = [] if str(problem) in (each for _, each in fields) else [str(problem)]
    return sentence + [f"{name}: {each}" for name, each in fields]


class Commands(click.Group):
    """A group whose commands answer a `DirectoryError` with its sentence and its exit code."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DirectoryError as problem:
            for line in told(problem):
                say(line)
            sys.exit(next(code for kind, code in EXIT_CODES if isinstance(problem, kind)))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home", type=click.Path(path_type=Path), help="The instance folder (default: DIRECTORY_HOME)."
)
@click.pass_context
def main(context: click.Context, home: Path | None) -> None:
    """A community resource directory and referral service for people in recovery."""
    if context.obj is None:
        settings = Settings.from_environment()
        context.obj = Instance(replace(settings, directory_home=home) if home else settings)


people.agency.add_command(program)
for command in (
    running.demo,
    running.serve,
    running.work,
    running.migrate,
    intake.importers,
    intake.import_,
    intake.runs,
    intake.rejections,
    source,
    propose_mapping,
    duplicates,
    edit,
    merge,
    unmerge,
    export,
    finding.index,
    finding.search,
    people.agency,
    people.user,
    people.keys,
    partner,
    running.check,
):
    main.add_command(command)
