"""Letters drafted from what is recorded of a request."""

FORMS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
}


def drafts_for(row, stands):
    return ()


def draft_label(kind):
    return kind
