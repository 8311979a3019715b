-- image_urls_are_http(row)
-- The objection when an image URL is not http(s), or null.
case when jsonb_typeof({row}.image_urls) = 'array'
    and {row}.image_urls @? '$[*] ? (@.type() != "null" && '
      '(@.type() != "string" || !(@ like_regex "^https?://" flag "i")))'
  then format('%s of %s image urls are not http(s)',
    jsonb_array_length(jsonb_path_query_array({row}.image_urls,
      '$[*] ? (@.type() != "null" && (@.type() != "string" || !(@ like_regex "^https?://" flag "i")))')),
    jsonb_array_length({row}.image_urls))
end
