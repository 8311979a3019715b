-- import_url(source, id)
-- The url that stands for a listing without a page.
('import:' || {source} || '/' || {id})
