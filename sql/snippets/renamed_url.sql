-- renamed_url(url, old, new)
-- The url that stands for a listing without a page names its source: the same of the new name, else the url
-- as it is.
case when starts_with({url}, 'import:' || {old} || '/')
  then 'import:' || {new} || substr({url}, length('import:' || {old}) + 1) else {url} end
