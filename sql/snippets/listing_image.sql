-- listing_image(listing)
-- A live row as its audit has it: content, id and status; an absent value is null. JSON values keep their
-- inner nulls.
jsonb_strip_nulls(to_jsonb((
    select scalars from (
      select {listing}.status, {listing}.property_id,
        /*each compare=text+compare=exact+compare=percent+compare=absolute ", "*/{listing}.{name}/*end*/
    ) scalars)))
  || (/*each compare=set+compare=ordered+compare=deep " || "*/
    case when {listing}.{name} is null then '{}' else jsonb_build_object('{name}', {listing}.{name}) end
  /*end*/)
