"""The pages of accounts: signing in, and a person's own place in institutions."""

from lms.accounts.pages import memberships, passwords, sign_in
from lms.accounts.pages.passwords import lead_to_password_change
from lms.accounts.pages.sign_in import load_by_session

PAGES = (sign_in.pages, passwords.pages, memberships.pages)

__all__ = ["PAGES", "lead_to_password_change", "load_by_session"]
