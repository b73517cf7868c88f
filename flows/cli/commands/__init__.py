"""The commands of the program ``reach``, by what a person wants: a run, an answer, or something kept."""
