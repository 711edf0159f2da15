"""Settings: `base` is every clinic, `demo` is the rehearsal clinic on this machine, `test` is the test suite's."""
