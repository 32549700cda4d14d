"""Workers that can be held up, each with connections of its own."""

from collections.abc import Callable, Iterator

import pytest

from app.core.outcome import Meaning
from tests.chaos.far_end import Post
from tests.postgresql import Server
from tests.world import World

NewPost = Callable[..., Post]


@pytest.fixture
def postgresql_url(postgresql: Server, postgresql_template: str) -> Iterator[str]:
    """New for every test, because not all that is started here has an end with it."""
    with postgresql.copy(postgresql_template) as url:
        yield url


@pytest.fixture
def new_post(world: World) -> Iterator[NewPost]:
    """Another one, and what its provider answers."""
    opened: list[Post] = []

    def make(answer: Meaning = Meaning.ACCEPTED) -> Post:
        opened.append(Post(world, answer))
        return opened[-1]

    yield make
    for one in opened:
        one.database.close()
