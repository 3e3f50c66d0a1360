"""The command line: probe (one traced answer), calibrate (a model's heads), lint and scopes (the cards).

Only the parser lives here. What a command needs is imported when it is called, so that --help and a mistyped option
answer at once: torch takes seconds.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from anchoring.attribution import METHODS, UNITS
from anchoring.cli_complaints import PROGRAM, complain, interrupted
from anchoring.cli_output import OutputError, abandon, finish
from anchoring.home import HomeError
from anchoring.models.catalogue import BUNDLED
from anchoring.prompting import Framing, Reasoning


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; the usage is in --help."""

    def error(self, message: str):
        self.exit(complain(message))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; its exit status.

    0: done. 1: lint found an error. 2: refused, with one line that says why. 130: stopped by Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # prompts and cards are in many scripts, consoles may not be
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = _run(arguments)
        finish()
        return status
    except KeyboardInterrupt:
        return interrupted()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        abandon()
        return 0
    except OutputError as fault:
        abandon()
        return complain(fault)
    except HomeError as fault:
        return complain(fault)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        chosen = _parser().parse_args(arguments)
    except SystemExit as done:  # argparse ends so after --help and after a mistake
        return int(done.code or 0)
    return chosen.run(chosen)


def _parser() -> _Parser:
    parser = _Parser(
        prog=PROGRAM,
        description="Ask a model with cultural framing, and trace its answer back to the pieces of the prompt.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    shown = (_add_probe(commands), _add_calibrate(commands), _add_lint(commands), _add_scopes(commands))
    usages = "\n".join(command.format_usage().removeprefix("usage: ").rstrip() for command in shown)
    parser.epilog = f"all options:\n{usages}\n\n{PROGRAM} COMMAND --help explains them."
    return parser


def _add_probe(commands) -> argparse.ArgumentParser:
    probe = commands.add_parser(
        "probe",
        help="answer once, and say which pieces of the prompt each sentence looked at",
        description="Composes a prompt from your words, has a model answer it, and traces each sentence of the answer "
        "to the pieces of the prompt. Highlights are weights, not reasons.",
        epilog="Offsets count code points: those of sources in `prompt`, those of targets in `thought` or `answer`, "
        "as `part` says. Exit status 0; 2 for a bad argument, scope or model.",
    )
    probe.add_argument("words", help="what you would ask the model; - reads standard input")
    probe.add_argument("--scope", metavar="ID", help="the scope card (see the command scopes)")
    probe.add_argument(
        "--framing", choices=[f.value for f in Framing], help="rung of the framing ladder (default: card with a scope)"
    )
    probe.add_argument("--reasoning", choices=[r.value for r in Reasoning], default="off", help="default: off")
    probe.add_argument("--other", metavar="ID", help="the scope whose card the framing 'swapped' shows")
    probe.add_argument("--model", default=BUNDLED, help="bundled, a folder, or a hub id (default: bundled)")
    probe.add_argument("--method", choices=list(METHODS), default="attention", help="default: attention")
    probe.add_argument("--unit", choices=list(UNITS), default="sentence", help="what gets scores (default: sentence)")
    probe.add_argument("--max-new-tokens", type=int, default=160, metavar="N", help="default: 160")
    probe.add_argument("--temperature", type=float, default=0.0, metavar="T", help="0 is greedy (default)")
    probe.add_argument("--seed", type=_seed, default=0, metavar="N", help="for temperatures above 0 (default: 0)")
    probe.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    probe.set_defaults(run=_probe)
    return probe


def _add_calibrate(commands) -> argparse.ArgumentParser:
    found = commands.add_parser(
        "calibrate",
        help="fit the weights of calibrated attention for a model, once",
        description="Answers the scopes' starters, takes away each piece of each prompt, and fits one weight a layer "
        "and head so that the weighted attention goes with what removal measured (AT2). The app and probe find the "
        "result by the model's weights.",
    )
    found.add_argument("model", help="bundled, a folder, or a hub id")
    found.add_argument("--prompts", type=_count, default=40, metavar="N", help="answers to learn from (default: 40)")
    found.add_argument("--max-new-tokens", type=int, default=120, metavar="N", help="of each answer (default: 120)")
    found.add_argument("--out", type=Path, metavar="FILE", help="where to keep it (default: the app's own folder)")
    found.set_defaults(run=_calibrate)
    return found


def _add_lint(commands) -> argparse.ArgumentParser:
    lint = commands.add_parser(
        "lint",
        help="check scope cards",
        description="Prints what is to be mended on scope cards. Exit status 0; 1 where a card has an error; "
        "2 where a file can't be read.",
    )
    lint.add_argument("files", nargs="+", metavar="FILE", help="a card, such as scopes/finnish-work-sauna.yaml")
    lint.set_defaults(run=_lint)
    return lint


def _add_scopes(commands) -> argparse.ArgumentParser:
    scopes = commands.add_parser("scopes", help="list the scope cards at hand, shipped and your own")
    scopes.set_defaults(run=_scopes)
    return scopes


def _seed(text: str) -> int:
    seed = int(text)
    if not 0 <= seed < 2**63:
        raise argparse.ArgumentTypeError(f"{text} is no seed: give a number from 0 to 2^63 - 1")
    return seed


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text} is too few: give a number from 1 up")
    return count


_seed.__name__, _count.__name__ = "seed", "number"  # argparse names the type in its message


def _probe(chosen: argparse.Namespace) -> int:
    from anchoring.cli_probe import probe

    return probe(chosen)


def _calibrate(chosen: argparse.Namespace) -> int:
    from anchoring.cli_calibrate import calibrate

    return calibrate(chosen)


def _lint(chosen: argparse.Namespace) -> int:
    from anchoring.cli_cards import lint_files

    return lint_files(chosen.files)


def _scopes(_: argparse.Namespace) -> int:
    from anchoring.cli_cards import list_scopes

    return list_scopes()
