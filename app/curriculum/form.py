"""Fill a strict form from YAML: every missing, unknown or mistyped field is named with its line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from app.curriculum.finding import Finding, Severity, Unreadable, unreadable

T = TypeVar("T")


class Form(BaseModel):
    """Fields are exactly what they are declared to be; nothing is guessed, nothing is ignored."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


@dataclass(frozen=True)
class Filled(Generic[T]):
    """A value with the line of each of its keys (or items, counted from 0)."""

    value: T
    lines: Mapping[str | int, int]


def fill(text: str, form: TypeAdapter[T], file: str, first_line: int = 1) -> Filled[T]:
    """`first_line` is where `text` begins in its file."""
    node, value = _parse(text, file, first_line)
    lines = {key: line + first_line for key, line in _lines(node)}
    _refuse_repeated_keys(node, file, first_line)
    try:
        return Filled(form.validate_python(value), lines)
    except ValidationError as error:
        raise Unreadable(
            *(
                Finding("L01", Severity.ERROR, file, _line(one, lines, first_line), _sentence(one))
                for one in error.errors()
            )
        ) from None


def _parse(text: str, file: str, first_line: int) -> tuple[yaml.Node | None, object]:
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node else None
    except yaml.YAMLError as error:
        raise _not_yaml(error, file, first_line) from None
    except RecursionError:
        raise unreadable(file, first_line, "This is nested too deeply.") from None


def _not_yaml(error: yaml.YAMLError, file: str, first_line: int) -> Unreadable:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it is not valid YAML"
    line = first_line + (mark.line if mark else 0)
    return unreadable(file, line, f"This cannot be read as YAML: {problem}; text with a colon needs quotes.")


def _lines(node: yaml.Node | None) -> Iterator[tuple[str | int, int]]:
    if isinstance(node, yaml.MappingNode):
        yield from ((key.value, key.start_mark.line) for key, _ in node.value)
    if isinstance(node, yaml.SequenceNode):
        yield from ((place, item.start_mark.line) for place, item in enumerate(node.value))


def _refuse_repeated_keys(node: yaml.Node | None, file: str, first_line: int) -> None:
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                line = first_line + key.start_mark.line
                raise unreadable(file, line, f"`{key.value}` is given twice; keep one.")
            seen.add(key.value)
            _refuse_repeated_keys(value, file, first_line)


def _line(error: ErrorDetails, lines: Mapping[str | int, int], first_line: int) -> int:
    return lines.get(error["loc"][0], first_line) if error["loc"] else first_line


def _sentence(error: ErrorDetails) -> str:
    field = ".".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return f"`{field}` is missing; add it."
    if error["type"] == "extra_forbidden":
        return f"`{field}` is not a field here; correct its spelling or remove it."
    problem = error["msg"].removeprefix("Value error, ").replace("Input should be", "it should be")
    return f"`{field}` cannot be used: {problem}." if field else f"This cannot be used: {problem}."
