"""The sensors: new documents in the folder and in Paperless, changed tax years.

Each tick is one cheap look. The truth is in our database; what a cursor holds is an echo of it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

import dagster as dg

from hmrc_pipeline.database.generations import pending_years
from hmrc_pipeline.documents import (
    FOLDER,
    PAPERLESS,
    FolderSource,
    Looked,
    PaperlessProblem,
    PaperlessSource,
    announced_digest,
    look_if_due,
    note_told,
    paperless_state,
    pending,
)
from hmrc_pipeline.pipeline.alerts import tell_collapse
from hmrc_pipeline.pipeline.jobs import INTAKE_TAG, read_documents, reconcile_tax_year
from hmrc_pipeline.pipeline.leftovers import cut_short
from hmrc_pipeline.pipeline.requests import Asked, Work, decide, load_asked, save_asked
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline.readings import unread_digest
from hmrc_pipeline.wording import count_of

__all__ = ["TAX_YEAR_TAG", "build_changed_tax_years", "new_folder_documents", "new_paperless_documents"]

TAX_YEAR_TAG = "hmrc_pipeline/tax_year"
_SUBJECT_TAG = "hmrc_pipeline/subject"
_SETTLE_SECONDS = 2.0  # a younger file may still be being written

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


@dg.sensor(job=read_documents, minimum_interval_seconds=10, default_status=dg.DefaultSensorStatus.RUNNING)
def new_folder_documents(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SensorResult | dg.SkipReason:
    """Notices files that are new, changed or gone in HMRC_PIPELINE_DOCUMENTS_FOLDER, and contents still to be read."""
    with home.at_work() as opened:
        folder = FolderSource.of(opened.settings, settle=_SETTLE_SECONDS)
        changed, problems = pending(opened, folder) if folder else (None, ())
        unread = unread_digest(opened)
    if folder is None and unread is None:
        return dg.SkipReason("No folder is watched: set HMRC_PIPELINE_DOCUMENTS_FOLDER to the folder of your PDFs.")
    work = {FOLDER: "-".join(filter(None, (changed, unread)))} if changed or unread else {}
    counted = Counter(problem.sentence for problem in problems)
    obstacles = [f"Not taken in, {number} of them: {sentence}." for sentence, number in counted.items()]
    return _ask(context, home, work, " ".join(["Nothing is new, changed or gone in the folder.", *obstacles]))


@dg.sensor(job=read_documents, minimum_interval_seconds=15, default_status=dg.DefaultSensorStatus.RUNNING)
def new_paperless_documents(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SensorResult | dg.SkipReason:
    """Notices documents that are new, tagged, replaced, untagged or gone in Paperless, every half minute or when told.

    The tick is red while Paperless cannot be used, or shows so much less than before that nothing is withdrawn.
    """
    with home.at_work() as opened:
        source, now = PaperlessSource.of(opened.settings), home.now()
        if source is None:
            return dg.SkipReason(
                "No Paperless is followed: set HMRC_PIPELINE_PAPERLESS_URL to its address and "
                "HMRC_PIPELINE_PAPERLESS_TOKEN to the token of a user who may view your documents."
            )
        with source:
            looked = look_if_due(opened, source, now=now)
        waiting, state = announced_digest(opened, source.name, now), paperless_state(opened, source)
        if state.refused and not state.told and tell_collapse(opened.settings):
            note_told(opened, source, now=now)
        if waiting is None and state.refused:
            raise PaperlessProblem(state.refused)
    return _ask(context, home, {PAPERLESS: waiting} if waiting else {}, _said(looked))


def _said(looked: Looked | None) -> str:
    if looked is None:
        return "Paperless is looked at every half minute, or at once when its webhook calls."
    idle = f"Nothing is new, changed or gone among {count_of(looked.visible, 'document')} in Paperless."
    if looked.withdrawn or looked.returned:
        gone = count_of(looked.withdrawn, "document was", "documents were")
        idle = f"{gone} withdrawn and {looked.returned} came back in Paperless."
    return " ".join((idle, *looked.notices))


def build_changed_tax_years(years: dg.StaticPartitionsDefinition) -> dg.SensorDefinition:
    """The sensor that asks for every tax year whose inputs changed since it was reconciled."""
    kept = set(years.get_partition_keys())

    @dg.sensor(job=reconcile_tax_year, minimum_interval_seconds=10, default_status=dg.DefaultSensorStatus.RUNNING)
    def changed_tax_years(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SensorResult | dg.SkipReason:
        """Asks for every tax year whose inputs changed since it was last reconciled."""
        with home.at_work() as opened, opened.database.reading() as session:
            work = {year: str(generation) for year, generation in pending_years(session) if year in kept}
        for year in kept & cut_short(context.instance, reconcile_tax_year.name).keys():
            work.setdefault(year, "")  # it may be reconciled and its checks not be told
        return _ask(context, home, work, "Every tax year is reconciled with what is known.", partitioned=True)

    return changed_tax_years


def _ask(
    context: dg.SensorEvaluationContext,
    home: HomeResource,
    work: Mapping[str, str],
    idle: str,
    *,
    partitioned: bool = False,
) -> dg.SensorResult | dg.SkipReason:
    """One run request for each subject and what is to be done of it, unless an unfinished run is doing it already.

    What was being done when its process was killed is asked for at once, as if it were news.
    """
    if not work:
        return dg.SkipReason(idle)
    ended = cut_short(context.instance, (reconcile_tax_year if partitioned else read_documents).name)
    marks = {subject: ended.get(subject if partitioned else "", "")[:8] for subject in work}
    todo = [Work(subject, "+".join(filter(None, (what, marks[subject])))) for subject, what in work.items()]
    asked = load_asked(context.cursor)
    active = _active(context.instance, work, intake=not partitioned)
    requests, remembered = decide(todo, asked, active, home.now())
    return dg.SensorResult(
        run_requests=[_run_request(subject, entry, partitioned) for subject, entry in requests.items()],
        cursor=save_asked(remembered),
        skip_reason=None
        if requests
        else dg.SkipReason("Waiting for a run that is already under way or was just made."),
    )


def _run_request(subject: str, entry: Asked, partitioned: bool) -> dg.RunRequest:
    tags = {_SUBJECT_TAG: subject}
    if partitioned:
        tags[TAX_YEAR_TAG] = subject
    return dg.RunRequest(run_key=entry.run_key(subject), partition_key=subject if partitioned else None, tags=tags)


def _active(instance: dg.DagsterInstance, subjects: Iterable[str], *, intake: bool) -> set[str]:
    """The subjects that a queued or running run of ours is working on; a run that takes in, takes in everything."""
    wanted = list(subjects)
    tags = {INTAKE_TAG: "yes"} if intake else {_SUBJECT_TAG: wanted}
    runs = instance.get_runs(dg.RunsFilter(tags=tags, statuses=_UNFINISHED), limit=500)
    if intake:
        return set(wanted) if runs else set()
    return {run.tags[_SUBJECT_TAG] for run in runs}
