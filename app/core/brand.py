"""The operator's own face: what replaces the product's name everywhere a participant looks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HelpLine:
    """Confidential support in one country, as the operator checked it. `url` may be empty."""

    country: str
    name: str
    contact: str
    url: str = ""


@dataclass(frozen=True)
class Brand:
    """`accent` is a CSS hex colour; `legal` and `postal_address` are plain lines at the foot of letters."""

    name: str = "Kindling"
    accent: str = "#a8452c"
    legal: str = ""
    postal_address: str = ""
    privacy_contact: str = ""
    emergency_number: str = "112"
    help_lines: tuple[HelpLine, ...] = ()
