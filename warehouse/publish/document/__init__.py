"""The donor's document: a campaign's, an activity's or the project's figures as one text with tables and pictures."""
