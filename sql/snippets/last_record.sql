-- last_record(property_id)
-- What the appraiser last said of a parcel: its record of the latest roll year.
select r.* from county.property_records r
where r.property_id = {property_id} and r.is_active
order by r.roll_year desc, r.id limit 1
