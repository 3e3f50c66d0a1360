"""A run in the background: it goes on, and is saved, whatever becomes of the page that started it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from anchoring.models.generate import Partial, generate
from anchoring.models.load import LanguageModel
from anchoring.models.types import Settings
from anchoring.prompting import Prompt
from anchoring.studies.run import Run, new_run, new_run_id


@dataclass(eq=False)
class Job:
    """One run on its way. Read by pages in other threads; every field is replaced whole, never altered in place.

    `problem` is a message for people where the run failed or couldn't be saved; `run` is there once it has ended,
    saved or not, so that nothing that was generated is lost.
    """

    prompts: tuple[Prompt, ...]
    settings: Settings
    id: str = field(default_factory=new_run_id)
    partials: tuple[Partial, ...] = ()
    run: Run | None = None
    problem: str | None = None
    saved: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)


def start(
    get_model: Callable[[], LanguageModel],
    prompts: Sequence[Prompt],
    settings: Settings,
    save: Callable[[Run], None],
) -> Job:
    """Starts generating in a thread of its own. `get_model` may take its time to load; `save` keeps the run."""
    job = Job(tuple(prompts), settings)
    threading.Thread(target=_work, args=(job, get_model, save), daemon=True, name=f"run-{job.id}").start()
    return job


def _work(job: Job, get_model: Callable[[], LanguageModel], save: Callable[[Run], None]) -> None:
    try:
        job.run = _generate(job, get_model())
        save(job.run)
        job.saved = True
    except Exception as error:  # a thread's fault must reach a person, whatever it is
        job.problem = str(error) or type(error).__name__
    finally:
        job.done.set()


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
