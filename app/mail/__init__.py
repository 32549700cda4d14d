"""What can send a Message and hear back."""

from app.mail.contract import Mailer, open_mailer

__all__ = ["Mailer", "open_mailer"]
