"""What an editor and a person do in each language: all that the bench knows of any, a file each.

The server's own knowledge is not asked: what is measured must not be known from what measures.
"""
