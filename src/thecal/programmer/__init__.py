"""Prescription → review → update: the programmer beside the patient, and the only place where a device is reached.

links     ways to a pump: in memory, over TCP
exchange  what is done over a link: interrogate, stop, and the update with its three outcomes
"""
