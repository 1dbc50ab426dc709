"""Lists in pages."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

REACH = 10_000
LARGEST_PAGE = 200


class BoundedPaginator(Paginator[Any]):
    """Counts no further than 10,000 rows: counting a million takes longer than reading a page."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, or 10,000 when there are more."""
        rows = self.object_list[:REACH]
        return rows.count() if isinstance(rows, QuerySet) else len(rows)


class PageQuery(serializers.Serializer[Any]):
    """Which page, and how long."""

    page = serializers.IntegerField(min_value=1, max_value=REACH, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=LARGEST_PAGE, required=False)


class Pages(PageNumberPagination):
    """``?page=2&page_size=100``; the last reachable row is the ten-thousandth."""

    django_paginator_class = BoundedPaginator
    page_size_query_param = "page_size"
    page_size_query_description = "Rows a page, at most 200."
    max_page_size = LARGEST_PAGE

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """Give the rows of the page asked for; not a number is a 400, past the end a 404."""
        asked = {
            name: request.query_params[name] for name in ("page", "page_size") if name in request.query_params
        }
        PageQuery(data=asked).is_valid(raise_exception=True)
        return super().paginate_queryset(queryset, request, view)
