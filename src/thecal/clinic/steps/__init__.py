"""The sixteen steps of therapy, each a few sheets on one mechanism: form, findings, record, page, audit.

`mechanism` says what a step and a sheet are, `fields` what may be entered, `known` what is on record, `registry` which
steps there are. Every other file is one step.
"""
