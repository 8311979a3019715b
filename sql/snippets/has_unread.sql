-- has_unread(issues)
-- Whether a row has a cell that could not be read or is doubtful.
coalesce({issues} @? '$[*] ? (@.kind == "doubtful" || @.kind == "unparseable")', false)
