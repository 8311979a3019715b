-- seen_at(sighting, scope)
-- When a scope last showed a listing. While the scope misses nothing of it, the scope's watermark tells.
case when {sighting}.misses = 0 then greatest({sighting}.seen_at, {scope}.watermark)
  else {sighting}.seen_at end
