"""A screen that somebody signed in at: whether it is locked, and what waits behind the lock."""

from django.db import models


class Screen(models.Model):
    """One signed-in session's screen, changed field by field: a request under way never undoes a later lock.

    `seen_ms` is the wall's time of the last request; `at` the last page that was opened, `back` the one to return to,
    `unsent` the forms that were not sent: address and fields of each.
    """

    session_key = models.CharField(max_length=40, primary_key=True)
    seen_ms = models.BigIntegerField()
    at = models.CharField(max_length=2000, blank=True)
    is_locked = models.BooleanField(default=False)
    back = models.CharField(max_length=2000, blank=True)
    unsent = models.JSONField(default=list, blank=True)
