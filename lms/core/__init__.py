"""What every room stands on: the database, time, errors, languages, permissions, events and files.

It has no view and knows no room. Rooms import its modules by name (`lms.core.db`, `lms.core.errors`, …).
"""
