-- picture_name(url)
-- Where a picture is on its server: the server changes more often than that does. Null for a name so short
-- that other servers may have it too.
substring(regexp_replace({url}, '[?#].*$', '') from '^https?://[^/]+/(.{8,})$')
