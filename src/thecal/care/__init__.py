"""The therapy's arithmetic and its rules: values in, findings out. Knows neither device nor body.

A rule is a pure function. It takes whole numbers with their unit last and answers with findings, each with its rule's
name, its sources and its remedy. What is not known is handed in as None and is never read as "no": the rule takes
the careful side and says what is missing.

`Severity.TWO_PEOPLE` includes `Severity.REASON`: whoever co-signs a value signs a sentence that says why.
A `Severity.BLOCK` stops only what can safely wait. No rule here blocks a lowering, a stop, a fill or a restoring.
"""
