"""Every rule of the lessons, by number. A new one is a function in the file of its theme and a name here."""

from app.curriculum.rules import (
    anatomy,
    arc,
    care,
    front_matter,
    graph,
    language,
    markup,
    originality,
    placeholders,
    reading,
)
from app.curriculum.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    front_matter.fields,
    front_matter.file_name,
    front_matter.lines_in_the_inbox,
    front_matter.subject_and_preheader,
    anatomy.sections,
    anatomy.words_per_section,
    anatomy.words_in_all,
    anatomy.five_minutes,
    reading.reading,
    anatomy.steps,
    anatomy.one_plan,
    anatomy.one_question,
    placeholders.placeholders,
    placeholders.names_in_sentences,
    markup.plain_markdown,
    markup.link_texts,
    front_matter.images,
    language.gendered,
    language.pressure,
    language.claims,
    language.assumptions,
    language.easy_words,
    care.go_gently,
    language.other_paces,
    graph.complete,
    graph.used_skills,
    originality.coined_terms,
    originality.repeats_a_listed_text,
    originality.repeats_another_lesson,
    graph.reused_skills,
    arc.coverage,
    arc.pacing,
    arc.phases,
    graph.cited,
    front_matter.translations,
    language.spelling,
    language.one_you,
)

STRUCTURE: tuple[Rule, ...] = (
    front_matter.fields,
    front_matter.file_name,
    front_matter.subject_and_preheader,
    anatomy.sections,
    placeholders.placeholders,
    markup.plain_markdown,
    graph.complete,
)
"""Without these a challenge can be neither read nor sent; the others are a writer's to meet."""

LATER = {
    "L36": "every lesson renders with odd names, and both parts of a mail say the same words",
    "L37": "the HTML of a lesson is at most 40 kB and fetches nothing",
}
"""Rules about rendered mail, which is not known here: app/actions/proofread.py holds them."""
