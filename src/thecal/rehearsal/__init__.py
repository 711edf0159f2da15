"""Virtual implants, virtual patients and one clock: the only owner of truth at run time (decision 0002).

implant   a device behind the pump's end of the wand
host      one implant as a process, on TCP, its memory in a folder
world     patients with their implants in a file of their own, on a clock that stands until it is moved
chance    every random choice, by the name of its decision
"""
