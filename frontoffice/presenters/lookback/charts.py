"""Charts as coordinates, for a template to draw: no style and no script in them.

A drawing is 640 wide and 240 high, with room for the scale on the left and the labels below.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from callbacks.metrics.statistics import Point

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 32
# So many labels fit below.
LABELS = 9


@dataclass(frozen=True)
class Mark:
    """A point; ``loud`` ones stand out by shape and colour."""

    x: float
    y: float
    loud: bool = False


@dataclass(frozen=True)
class Place:
    """A label below the drawing."""

    x: float
    label: str


@dataclass(frozen=True)
class Rule:
    """A line of the scale with its label."""

    y: float
    label: str


@dataclass(frozen=True)
class Chart:
    """Lines as SVG ``points``: the values, the limits around them, and level lines."""

    title: str
    summary: str
    line: str
    marks: list[Mark]
    places: list[Place]
    rules: list[Rule]
    limits: list[str] = field(default_factory=list)
    middle: float | None = None
    target: float | None = None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    labels_y: int = HEIGHT - 10


def control_chart(
    points: Sequence[Point],
    labels: Sequence[str],
    *,
    middle: float | None,
    target: float | None,
    title: str,
    summary: str,
) -> Chart:
    """A p-chart: the rate of each period, its limits, the overall rate and the target."""
    across = _places(len(points))
    known = [(x, point) for x, point in zip(across, points, strict=True) if point.share.rate is not None]
    return Chart(
        title=title,
        summary=summary,
        line=_line((x, point.share.rate or 0.0) for x, point in known),
        marks=[Mark(x, _height(point.share.rate), bool(point.signals)) for x, point in known],
        places=_labelled(across, labels),
        rules=[Rule(_height(share / 4), f"{25 * share}%") for share in range(5)],
        limits=[_line((x, one.low) for x, one in known), _line((x, one.high) for x, one in known)],
        middle=None if middle is None else _height(middle),
        target=None if target is None else _height(target),
    )


def curve(reached: Sequence[tuple[str, float]], *, title: str, summary: str) -> Chart:
    """A cumulative distribution: which share is reached at each place, with the label of that place."""
    across = _places(len(reached))
    labels, shares = [label for label, _share in reached], [share for _label, share in reached]
    return Chart(
        title=title,
        summary=summary,
        line=_line(zip(across, shares, strict=True)),
        marks=[Mark(x, _height(share)) for x, share in zip(across, shares, strict=True)],
        places=_labelled(across, labels),
        rules=[Rule(_height(share / 4), f"{25 * share}%") for share in range(5)],
    )


def _places(number: int) -> list[float]:
    step = (WIDTH - LEFT - RIGHT) / max(number, 1)
    return [round(LEFT + step * (place + 0.5), 1) for place in range(number)]


def _labelled(across: Sequence[float], labels: Sequence[str]) -> list[Place]:
    """The labels that are shown: evenly spaced, as many as fit."""
    step = -(-len(labels) // LABELS) or 1
    return [Place(x, label) for x, label in zip(across[::step], labels[::step], strict=True)]


def _height(share: float | None) -> float:
    return round(TOP + (1 - (share or 0.0)) * (HEIGHT - TOP - BOTTOM), 1)


def _line(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{_height(share)}" for x, share in places)
