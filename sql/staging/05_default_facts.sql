-- The default facts of a source, as config.source.Source has them.
create function property_manager.default_facts(p_name text) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('name', p_name) || $json${
    "hosts": [], "records": "listings", "start": [], "currency": null, "country": null,
    "language": "simple", "decimal_mark": null,
    "requests_per_second": 1.0, "timeout_seconds": 30.0, "pages_per_day": null, "quiet_hours": [],
    "blank": "keep", "volatile": [], "recipe": null,
    "public_contacts": false, "trust": 50, "time_zone": null, "browser": false, "keep_pages": 30,
    "schedule": null,
    "limits": {"pages": null, "listings": null, "minutes": null, "bytes": null},
    "urls": {"drop": [], "keep": null, "aliases": {}, "trailing_slash": "keep", "lower_case": false},
    "pagination": null, "id_rule": null,
    "split": {"price": null, "parameter": null, "values": [], "most": 1000},
    "quality": {
      "completeness": null, "errors": null, "freshness_hours": null, "duplicates": null,
      "geographic_diversity": null
    },
    "removal": {
      "proof": "page", "misses": 2, "hours_apart": 12.0, "canaries": 5, "checks": 500, "most_rows": 50,
      "most_share": 0.05, "least_share_of_median": 0.8
    },
    "tiers": {
      "newest": {"on": true, "every_hours": 6.0, "pages": 3, "removal": false, "adapts": true},
      "front": {"on": true, "every_hours": 24.0, "pages": 100, "removal": false, "adapts": true},
      "whole": {"on": true, "every_hours": 168.0, "pages": null, "removal": true, "adapts": true},
      "stale": {"on": true, "every_hours": 720.0, "pages": null, "removal": false, "adapts": false}
    },
    "guard": {
      "least_rows": 0, "most_rows": null,
      "least_share_of_median": 0.5, "leaving_share": 0.2, "leaving_rows": 20, "leaving_share_small": 0.5,
      "leaving_rows_small": 3, "changed_share": 0.5, "changed_rows": 20, "blanked_share": 0.2,
      "blanked_rows": 20,
      "repeated_share": 0.2, "repeated_rows": 20, "price_move": 0.5, "price_move_share": 0.05,
      "price_move_rows": 20, "new_share": 0.9, "new_rows": 20, "superseded_share": 0.02,
      "unusual_times": 4.0, "least_quality": 0.6
    }
  }$json$::jsonb
$$;
