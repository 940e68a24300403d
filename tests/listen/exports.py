"""A small Polis export, right in every part, that tests break."""

VOTES = """timestamp,datetime,comment-id,voter-id,vote
1500000000005,x,0,0,1
1500000000001,x,0,0,-1
1500000000002,x,1,0,-1
1500000000003,x,0,1,1
1500000000004,x,1,1,0
1500000000006,x,2,2,1
"""

COMMENTS = """timestamp,comment-id,author-id,agrees,disagrees,moderated,comment-body
1500000000000,0,3,2,1,1,"The first,
in two lines"
1500000000000,1,3,0,1,0,=2+3
1500000000000,2,3,1,0,-1,Taken out
"""

MATRIX = """participant,group-id,n-votes,0,1,2
0,1,3,1,-1,
1,1,2,1,0,
2,,1,,,1
"""

SUMMARY = 'topic,A <b>test</b> & more\nurl,https://example.org/1\nconversation-description,"One\n\nTwo"\n'


def export(folder, votes=VOTES, comments=COMMENTS, matrix=MATRIX, summary=SUMMARY):
    """Write the export, with some files changed or (None) left out."""
    folder = folder / "export"
    folder.mkdir(parents=True)
    files = {
        "votes.csv": votes,
        "comments.csv": comments,
        "participants-votes.csv": matrix,
        "summary.csv": summary,
    }
    for name, content in files.items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        elif content is not None:
            (folder / name).write_text(content, "utf-8", newline="")
    return folder
