"""Which channels topics should come through, beside those they do come through."""

from collections import Counter
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from availability.models import Channel, Topic
from callbacks.metrics import contacts
from callbacks.metrics.scope import Scope
from callbacks.metrics.statistics import Share
from frontoffice.presenters.lookback.figures import Figure, Table, number, percent, small, stated

MARKS = {
    "preferred": gettext_lazy("preferred"),
    "supporting": gettext_lazy("supporting"),
    "discouraged": gettext_lazy("rather not"),
}


def channels_figure(scope: Scope, topics: Mapping[int, Topic]) -> Figure:
    """The grid of topics and channels; ``topics`` by key."""
    counts = {(one.topic, one.channel): one.n for one in contacts.answers(scope)}
    by_topic = Counter[int]()
    marked = Counter[str]()
    for (key, channel), n in counts.items():
        by_topic[key] += n
        if topics[key].preferred_channels:
            marked[topics[key].channel_mark(channel)] += n
    preferred = Share(marked["preferred"], marked.total())
    rows = (
        [
            str(topics[key]),
            number(n),
            *(_cell(topics[key], channel, counts.get((key, channel), 0), n) for channel in Channel),
        ]
        for key, n in sorted(by_topic.items(), key=lambda found: str(topics[found[0]]))
    )
    return Figure(
        slug="channels",
        title=gettext_lazy("Topics and channels"),
        finding=stated(_("%(share)s of the contacts came through a preferred channel"), preferred),
        definition=gettext_lazy(
            "Contacts by topic and channel, as a share of the topic, beside what administrators set: "
            "preferred, supporting, rather not. The sentence counts topics that have a preferred channel."
        ),
        table=Table(
            (gettext_lazy("topic"), gettext_lazy("contacts"), *(channel.label for channel in Channel)), rows
        ),
        remarks=small(preferred),
    )


def _cell(topic: Topic, channel: Channel, n: int, of_topic: int) -> str:
    share = percent(n / of_topic)
    mark = MARKS.get(topic.channel_mark(channel))
    return f"{share}, {mark}" if mark else share
