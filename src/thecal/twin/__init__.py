"""Pump, metal, catheter and body on one clock; and what a change would do, from what is known."""
