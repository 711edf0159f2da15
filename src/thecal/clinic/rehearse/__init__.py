"""What only a rehearsal clinic has: fictional people whose codes are shown.

Installed in demo and test settings alone.
"""
