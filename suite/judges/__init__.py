"""Record in, violations out.

Pure functions of complete records: no pytest, no kubernetes, no clock, no I/O. In a complete record, an event that
should be there and is not is a violation, never a pass. Every violation names its rule.
"""
