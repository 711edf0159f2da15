"""The clinic's web application and its records.

Views read, actions write (decision 0006). Pages know only what reached the clinic (decision 0002).
"""
