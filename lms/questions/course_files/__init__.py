"""The question bank as a file: `bank` reads and writes it, `shapes` says what each type's questions look like in it."""

from lms.questions.course_files.bank import BANK_FILE, read_bank, write_bank, write_question

__all__ = ["BANK_FILE", "read_bank", "write_bank", "write_question"]
