-- The views that this release is built upon; those that are missing, into one_roof.missing.
\set prerequisites 'v_governance_object_inventory v_governance_object_containment v_object_effective_owner v_object_owner_gap'
\set prerequisites :prerequisites ' v_object_owner_conflict'
select coalesce(string_agg(n, ' ' order by n), '') as missing from string_to_table(:'prerequisites', ' ') n
where not exists (select from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = n and c.relkind = 'v') \gset
select set_config('one_roof.missing', :'missing', false) as missing \gset
