"""What stands close to a rule and does not break it."""

from pathlib import Path

import pytest

from app.curriculum import lint
from tests.curriculum.breaks import HELLO, NIGHT, THANKS, Break, both, change

ALLOWED: dict[str, Break] = {
    "an apostrophe in the subject": change(HELLO, "A hello with a name", "You're in: a name"),
    "an image with its words": change(
        HELLO, "status: ready", "status: ready\nimage: cup.png\nimage_alt: A cup of tea beside a door."
    ),
    "a decorative image": change(
        HELLO, "status: ready", 'status: ready\nimage: cup.png\nimage_alt: ""\nimage_decorative: true'
    ),
    "a step that ends with a quote": change(HELLO, "The other one answers, or nods.", 'Then: "Well, well."'),
    "a plan with a lead-in": change(HELLO, '"When the door', 'Say it out loud: "When the door'),
    "a question with an ellipsis": change(HELLO, "What did the name", "What ... did the name"),
    "a quoted sentence that begins with a name": change(HELLO, "Say {{partners}}", 'Say "{{Partner}}" as'),
    "a placeholder after a comma": change(HELLO, "Say {{partners}} name", "Now, {{partners}} name"),
    "bold twice": change(HELLO, "A nod would do.", "A **nod** would **do**."),
    "a link to another day": change(THANKS, "{{link:pause}}", "{{link:lesson-1}}"),
    "a link past a phase": change(THANKS, "{{link:pause}}", "{{link:skip-begin}}"),
    "words within other words": change(HELLO, "A nod would do.", "There, the kettle sheds a little heat."),
    "an ability with another way": change(HELLO, "Put the cup down when", "Walk up or write a note when"),
    "a formula in two lessons": both(
        change(HELLO, "A nod would do.", "Say it slowly and then say nothing more."),
        change(THANKS, "It came from somewhere.", "Say it slowly and then say nothing more."),
    ),
    "a recall by its day in two lessons": both(
        change(HELLO, "A nod would do.", "On Day 1 the bright kettle sings."),
        change(THANKS, "It came from somewhere.", "On Day 1 the bright kettle sings."),
    ),
    "a label with a hyphen": change(NIGHT, "A slow thank-you", "A slow thank you"),
    "a paragraph beside the steps": change(NIGHT, "3. Swap.", "3. Swap.\n\nA dim lamp will do."),
    "a hard-wrapped paragraph": change(HELLO, "Today the nod", "Today\nthe nod"),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_it_is_allowed(case: str, little: Path) -> None:
    ALLOWED[case](little)
    assert lint(little) == []
