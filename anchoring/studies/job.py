"""A run in the background: it goes on, and is saved, whatever becomes of the page that started it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from anchoring.attribution.attention import with_attention, with_thought
from anchoring.attribution.checks import HELD_OUT, with_held_out
from anchoring.attribution.removal import expected_seconds, with_removal
from anchoring.models.faults import Cancelled, ModelError
from anchoring.models.generate import Partial, generate
from anchoring.models.load import LanguageModel
from anchoring.models.types import Generation, Settings
from anchoring.prompting import Prompt
from anchoring.studies.run import Run, new_run, new_run_id
from anchoring.studies.turns import turn

QUICK_SECONDS = 3.0  # what people wait for without being asked


@dataclass(eq=False)
class Job:
    """One run on its way. Read by pages in other threads; every field is replaced whole, never altered in place.

    `problem` is a message for people where the run failed or couldn't be saved; `run` is there once it has ended,
    saved or not, so that nothing that was generated is lost. `waiting`: other runs come first.
    `checking`: the answers are there and kept, and are tested by removal where that is quick.
    """

    prompts: tuple[Prompt, ...]
    settings: Settings
    model: str = ""
    id: str = field(default_factory=new_run_id)
    partials: tuple[Partial, ...] = ()
    run: Run | None = None
    problem: str | None = None
    saved: bool = False
    waiting: bool = False
    checking: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)


def start(
    get_model: Callable[[], LanguageModel],
    prompts: Sequence[Prompt],
    settings: Settings,
    save: Callable[[Run], None],
    model: str = "",
    renew: Callable[[Run], None] | None = None,
) -> Job:
    """Starts generating in a thread of its own. `get_model` may take its time to load; `save` keeps the run.

    `renew` keeps what was then measured on it, else `save` does: a run that is kept may have been renamed or deleted
    by then. `model` is the name of the model that `get_model` loads, for telling people what they wait for.
    """
    job = Job(tuple(prompts), settings, model)
    work = (job, get_model, save, renew or save)
    threading.Thread(target=_work, args=work, daemon=True, name=f"run-{job.id}").start()
    return job


def _work(
    job: Job, get_model: Callable[[], LanguageModel], save: Callable[[Run], None], renew: Callable[[Run], None]
) -> None:
    try:
        model = get_model()  # outside of its turn: it may take minutes
        with turn(job.stop, lambda waits: setattr(job, "waiting", waits)):
            if job.stop.is_set():
                raise Cancelled
            _answered(job, model, save, renew)
    except Cancelled:
        job.problem = "Stopped before the answers were begun: press Run to start again."
    except Exception as error:  # a thread's fault must reach a person, whatever it is
        job.problem = str(error) or type(error).__name__
    finally:
        job.done.set()


def _answered(job: Job, model: LanguageModel, save: Callable[[Run], None], renew: Callable[[Run], None]) -> None:
    run = _generate(job, model)
    job.run = run
    save(run)
    job.saved = True
    job.checking = True
    checked = _checked(job, model, run)
    if checked is not run:
        job.run = checked
        renew(checked)


def _checked(job: Job, model: LanguageModel, run: Run) -> Run:
    """The run with every arm tested by removal, where that takes no more than a moment; else the run as it was.

    Where random removals take no more than a moment either, they are measured too: each highlight's LDS stands on them.
    A model that the tap can't read has its attention read here, by an eager pass.
    """
    run = _read(with_attention, model, run)
    try:
        if expected_seconds(model, run.arms) > QUICK_SECONDS or job.stop.is_set():
            return run
        run = _read(with_thought, model, run)
        run = replace(run, arms=tuple(with_removal(model, arm, stop=job.stop) for arm in run.arms))
        if expected_seconds(model, run.arms, lambda _: HELD_OUT) > QUICK_SECONDS:
            return run
        return replace(run, arms=tuple(with_held_out(model, arm, stop=job.stop) for arm in run.arms))
    except (Cancelled, ModelError, ValueError):  # the answers stand without it
        return run


def _read(read: Callable, model: LanguageModel, run: Run) -> Run:
    arms = tuple(_read_arm(read, model, arm) for arm in run.arms)
    return run if all(a is b for a, b in zip(arms, run.arms, strict=True)) else replace(run, arms=arms)


def _read_arm(read: Callable, model: LanguageModel, arm: Generation) -> Generation:
    try:
        return read(model, arm)
    except (RuntimeError, ValueError):  # the answer stands without it, and so do the others
        return arm


def _generate(job: Job, model: LanguageModel) -> Run:
    def keep(partials: tuple[Partial, ...]) -> None:
        job.partials = partials

    s = job.settings
    answers = generate(
        model,
        job.prompts,
        max_new_tokens=s.max_new_tokens,
        temperature=s.temperature,
        top_p=s.top_p,
        seed=s.seed,
        on_step=keep,
        stop=job.stop,
    )
    return new_run(tuple(answers), job.id)
