"""The family of errors. A docstring is what the error means; its text is a sentence that says what to do.

KindlingError
├── SettingsError      the environment or .env cannot be used
├── CourseError        lessons or letters cannot be used; names file and line
├── InstallationError  database, schema, lock or zone data are not fit to start
├── MailerError        a provider cannot be opened
├── ForgedError        a webhook's call is not proved to come from the provider
├── UnreadableError    a webhook's call, though the provider's, is none that can be read
├── InputError         what a person typed cannot be accepted (one sentence per field)
├── LinkError          a link is damaged, forged or meant for another purpose
├── GoneError          the person of a link has been forgotten
└── TransitionError    a change that the table of legal transitions does not hold
"""


class KindlingError(Exception):
    """Anything this program refuses with a sentence of its own."""


class SettingsError(KindlingError):
    """The environment or .env cannot be used."""


class CourseError(KindlingError):
    """Lessons or letters cannot be used."""


class InstallationError(KindlingError):
    """Database, schema, lock or zone data are not fit to start."""


class MailerError(KindlingError):
    """A provider cannot be opened."""


class ForgedError(KindlingError):
    """A webhook's call is not proved to come from the provider, or is too old."""


class UnreadableError(KindlingError):
    """A webhook's call, though the provider's, is none that can be read."""


class InputError(KindlingError):
    """What a person typed cannot be accepted.

    `fields` maps the name of each field to one sentence.
    """

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


class LinkError(KindlingError):
    """A link is damaged, forged or meant for another purpose."""


class GoneError(KindlingError):
    """The person of a link has been forgotten: nothing is held and nothing will be sent."""


class TransitionError(KindlingError):
    """A change that the table of legal transitions does not hold."""
