"""The clinic's web application and its records.

Views read, actions write (design D15). Pages know only what reached the clinic (design D1).
"""
