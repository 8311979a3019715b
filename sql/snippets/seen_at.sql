-- seen_at(sighting, scope)
-- When a scope last showed a listing. While the scope has not missed it, the scope's watermark counts too.
case when {sighting}.misses = 0 then greatest({sighting}.seen_at, {scope}.watermark)
  else {sighting}.seen_at end
