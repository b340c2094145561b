"""The API: what the pages show and do, for programs, under /api/v1/. Every verb is the one that the buttons call.

`way_in` lets in and paces; `door` is what every address has in common; `once` makes a write happen once; `marks` keeps
two from overwriting each other; `problems` says what went wrong; `shapes` are what is taken and told; the other modules
are the addresses by subject.
"""
