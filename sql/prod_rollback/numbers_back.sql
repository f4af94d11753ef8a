-- Puts the ownership sequence back to where the stamp says it stood, if the rows of this run (one_roof.seeds_deleted) are all that was
-- drawn from it since: a number handed out twice is worse than a gap. The script has locked it. A tier that failed gave its own back.
select count(setval('public.governance_object_ownership_id_seq', mark[1]::bigint, mark[2]::boolean)) as numbers_back
from public.governance_object_ownership_id_seq s, nullif(current_setting('one_roof.seeds_deleted', true), '') drawn, pg_sequence q,
  string_to_array(substring(current_setting('one_roof.stamps')::json ->> 'mark' from 'sequence=(\S+)'), '/') mark
where q.seqrelid = 'public.governance_object_ownership_id_seq'::regclass and drawn <> '0' and s.is_called and s.last_value = mark[1]::bigint
  + (ceil(drawn::numeric / q.seqcache) * q.seqcache - case mark[2] when 't' then 0 else 1 end) * q.seqincrement \gset
