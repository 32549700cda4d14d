"""What a tender day owes its reader: L23."""

from collections.abc import Iterator

from app.curriculum.draft import Draft
from app.curriculum.page import LessonPage
from app.curriculum.prose import find, plain
from app.curriculum.rules.rule import ERROR, Flaw, per_lesson

SUPPORT = ("{{link:safety}}", "{{link:support}}")


@per_lesson("L23", ERROR, "opt_out")
def go_gently(page: LessonPage, draft: Draft) -> Iterator[Flaw]:
    """With `care`, “Go gently” says how to opt out and links to support; intensity 3 needs `care`."""
    matter, part = page.matter, page.part("care")
    heading = draft.heading("care", page.language)
    if matter.intensity == 3 and not matter.care:
        yield Flaw(page.file, page.at("intensity"), "Intensity 3 needs `care`: say what is tender here.")
    if not matter.care and part is not None:
        yield Flaw(page.file, part.line, f"“{heading}” is for days with `care`; fill it in or drop this.")
    if matter.care and part is None:
        yield Flaw(page.file, page.at("care"), f"A day with `care` needs the section “{heading}”.")
    if not matter.care or part is None:
        return
    opt_out = draft.word_lists[page.language].opt_out
    if opt_out and not any(find(opt_out, plain(part.text))):
        sentence = f"“{heading}” names no way out; use one of: {', '.join(opt_out)}."
        yield Flaw(page.file, part.start, sentence)
    if not any(link in part.text for link in SUPPORT):
        yield Flaw(page.file, part.start, f"“{heading}” needs a link to {' or '.join(SUPPORT)}.")
