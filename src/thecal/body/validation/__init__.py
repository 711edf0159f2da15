"""The body beside what was measured in people: experiments, published values, the fit, and the report.

`experiments` repeats each study's dose, route, level and sampling on the public Body; `targets` holds what the study
published; `report` puts the two side by side; `fit` finds the parameters that `two_pool_2026` carries.
"""
