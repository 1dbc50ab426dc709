"""Topics as they were rated, and who can improve something about them."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from availability.models import Topic
from callbacks.models import TopicRating


def ratings(topics: Collection[int]) -> dict[int, TopicRating]:
    """The last rating of each of these topics (keys) that has one."""
    last = TopicRating.objects.filter(topic__in=topics).order_by("topic_id", "-number").distinct("topic_id")
    return {one.topic_id: one for one in last}


def owners(topic: Topic) -> QuerySet[User]:
    """Who can take an improvement on: who leads or calls for a team of the topic, and administrators."""
    calls = Q(specialist__team__topics=topic, specialist__is_active=True)
    theirs = Q(role=Role.ADMINISTRATOR) | Q(role=Role.LEAD, led_teams__topics=topic) | calls
    return User.objects.filter(theirs, is_active=True).distinct()
