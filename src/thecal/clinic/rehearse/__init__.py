"""What only a rehearsal clinic has: fictional people whose codes are shown.

Installed in demo and test settings alone.
"""

PASSWORD = "rehearse-with-care"  # noqa: S105 -- fictional people's, and shown on the sign-in page
