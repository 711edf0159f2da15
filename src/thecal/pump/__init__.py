"""The implant's microprocessor: what the pump believes. Pure, integer, no clock: time is an argument."""
