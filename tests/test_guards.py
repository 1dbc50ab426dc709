"""Guards that hold for the whole project."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
APPS = ("accounts", "availability", "callbacks", "frontoffice", "demo", "config")
MARKED = {"gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "_"}


def sources() -> Iterator[Path]:
    """Python files of the product, without migrations."""
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def templates() -> list[Path]:
    """Every template of the product."""
    return [path for path in (ROOT / "templates").rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_models_have_no_pending_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=io.StringIO())


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_template_compiles(path: Path) -> None:
    get_template(str(path.relative_to(ROOT / "templates")))


def test_every_template_is_used() -> None:
    text = "\n".join(path.read_text() for path in [*sources(), *templates()])
    named = {str(path.relative_to(ROOT / "templates")) for path in templates()}
    by_django = {"404.html", "403.html", "500.html", "400.html", "403_csrf.html"}
    unused = {name for name in named - by_django if name not in text and not name.startswith("messages/")}
    assert unused == set()


def translatable() -> set[str]:
    """All texts marked for translation, in code and templates."""
    return set(_marked_in_code()) | set(_marked_in_templates())


def _marked_in_code() -> Iterator[str]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKED:
                context = node.func.id.startswith("pgettext")
                plural = node.func.id.startswith("ngettext")
                texts = node.args[1:2] if context else node.args[: 2 if plural else 1]
                yield from (
                    one.value for one in texts if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


def _marked_in_templates() -> Iterator[str]:
    block = re.compile(r"{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
    plural = re.compile(r"{%\s*plural\s*%}")
    for path in templates():
        text = path.read_text()
        yield from (one[1] for one in re.findall(r"{%\s*translate\s+(['\"])(.*?)\1", text))
        for body in block.findall(text):
            for form in plural.split(body):
                yield re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", re.sub(r"\s*\n\s*", " ", form.strip()))


def catalogue() -> dict[str, polib.POEntry]:
    """The Dutch translations by their English source, plurals by both forms."""
    entries = polib.pofile(str(ROOT / "locale" / "nl" / "LC_MESSAGES" / "django.po"))
    texts = {entry.msgid: entry for entry in entries}
    return texts | {entry.msgid_plural: entry for entry in entries if entry.msgid_plural}


def test_every_text_has_a_dutch_translation() -> None:
    known = catalogue()
    missing = sorted(text for text in translatable() if text not in known or not known[text].translated())
    assert missing == []


def test_every_dutch_translation_is_used() -> None:
    used = translatable()
    assert (
        sorted(text for text, entry in catalogue().items() if text not in used and not entry.obsolete) == []
    )


def test_translations_keep_the_placeholders() -> None:
    names = re.compile(r"%\((\w+)\)[sd]|{(\w+)}")
    broken = [
        entry.msgid
        for entry in catalogue().values()
        if not entry.msgid_plural
        and sorted(names.findall(entry.msgid)) != sorted(names.findall(entry.msgstr))
    ]
    assert broken == []
